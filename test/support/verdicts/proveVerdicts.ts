import { AccountStreams } from '../../../src/engine/config/accountStreams';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../../../src/engine/config/canonicalJson';
import { differencesOf } from '../../../src/engine/config/differences';
import {
  configurationToSend,
  judgeConsumerUpdate,
  judgeCreate,
  judgeStreamUpdate,
  type JudgedServer,
} from '../../../src/engine/config/judge';
import type { ConfigurationKind, FieldChange, PlainValue } from '../../../src/engine/configurationResults';
import { isBackupError } from '../../../src/engine/errors';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../../../src/engine/model';
import { apiRequest } from '../../../src/engine/nats/apiRequest';
import { objectOf, textOf } from '../../../src/engine/nats/replies';
import type { ServerConnection } from '../../../src/engine/nats/serverConnection';
import { plainValue } from '../../../src/engine/config/plainValue';
import { parseJson, stringifyJson } from '../../../src/engine/util/losslessJson';
import { isAtLeast } from '../../../src/engine/util/serverVersion';

/** One change of one field. The text NAME in any value is the name of the stream that it is tried on. */
export interface VerdictCase {
  kind: ConfigurationKind;
  field: string;
  /** What is made, and what it is changed to: whole configurations, of which name and subjects may be left out. */
  from: JsonObject;
  to: JsonObject;
  /** An update before that one. */
  prepare?: JsonObject;
  /** Made before. */
  also?: StreamConfig[];
  /** Of a consumer: its stream, and the other consumers there. */
  stream?: JsonObject;
  consumers?: ConsumerConfig[];
  /** Takes so many subjects that no other stream may be there. */
  alone?: boolean;
}

/** What was found otherwise than foreseen. */
export interface Mismatch {
  field: string;
  change: string;
  foreseen: string;
  found: string;
}

/** A configuration as a server keeps it and as its file has it. */
export interface Kept {
  kind: ConfigurationKind;
  live: JsonObject;
  file: JsonObject;
  stream?: StreamConfig;
}

/** Tries one case on a running server, and compares what was foreseen with what the server did. */
export class VerdictProof {
  readonly mismatches: Mismatch[] = [];
  /** By the case's number: what the server made of `from`. */
  readonly kept = new Map<number, Kept>();
  tried = 0;

  constructor(
    private readonly connection: ServerConnection,
    private readonly server: Omit<JudgedServer, 'streams'>,
  ) {}

  async prove(given: VerdictCase, number: number): Promise<void> {
    const name = `V${number}`;
    const one = parseJson(stringifyJson(given).replaceAll('NAME', name)) as unknown as VerdictCase;
    const made: string[] = [];
    try {
      const streams = new AccountStreams();
      for (const config of one.also ?? []) {
        const { config: live } = await this.put('stream', 'CREATE', name, config);
        made.push(config.name);
        streams.set(live as StreamConfig);
      }
      await (one.kind === 'stream'
        ? this.proveStream(one, number, name, streams, made)
        : this.proveConsumer(one, number, name, streams, made));
    } finally {
      for (const stream of made) await this.request(`STREAM.DELETE.${stream}`).catch(() => undefined);
    }
  }

  private async proveStream(
    one: VerdictCase,
    number: number,
    name: string,
    streams: AccountStreams,
    made: string[],
  ): Promise<void> {
    const server = { ...this.server, streams };
    const withName = (config: JsonObject) => ({ name, subjects: [`${name}.>`], ...config }) as StreamConfig;
    const [from, to] = [withName(one.from), withName(one.to)];
    const live = await this.proveCreate('stream', one.field, from, server, name);
    if (live !== undefined) {
      made.push(name);
      const prepared =
        one.prepare === undefined ? live : (await this.put('stream', 'UPDATE', name, withName(one.prepare))).config;
      this.keep(number, 'stream', prepared, undefined, one.field, server);
      await this.proveUpdate('stream', one.field, prepared, to, server, name);
      await this.request(`STREAM.DELETE.${name}`);
      made.pop();
    }
    if (to.name !== name) return;
    if ((await this.proveCreate('stream', one.field, to, server, name)) !== undefined) made.push(name);
  }

  private async proveConsumer(
    one: VerdictCase,
    number: number,
    name: string,
    streams: AccountStreams,
    made: string[],
  ): Promise<void> {
    // In memory, to be quick: nothing of a consumer's rules depends on it.
    const config = { name, subjects: [`${name}.>`], storage: 'memory', ...one.stream };
    const { config: stream } = await this.put('stream', 'CREATE', name, config);
    made.push(name);
    const consumers: ConsumerConfig[] = [];
    for (const other of one.consumers ?? []) consumers.push((await this.put('consumer', 'CREATE', name, other)).config);
    const server: JudgedServer = { ...this.server, streams, stream: stream as StreamConfig, consumers };
    const withName = (config: JsonObject): ConsumerConfig => ({ durable_name: 'C', ack_policy: 'explicit', ...config });
    const [from, to] = [withName(one.from), withName(one.to)];
    const live = await this.proveCreate('consumer', one.field, from, server, name);
    if (live !== undefined) {
      this.keep(number, 'consumer', live, server.stream, one.field, server);
      await this.proveUpdate('consumer', one.field, live, to, server, name);
      await this.request(`CONSUMER.DELETE.${name}.C`);
    }
    if (to.durable_name === 'C') await this.proveCreate('consumer', one.field, to, server, name);
  }

  /** An unchanged configuration has no change, whether the server's own or the file's form of it is compared. */
  private keep(
    number: number,
    kind: ConfigurationKind,
    live: JsonObject,
    stream: StreamConfig | undefined,
    field: string,
    server: JudgedServer,
  ): void {
    const text = kind === 'stream' ? canonicalStreamConfig(live as StreamConfig) : canonicalConsumerConfig(live);
    const file = parseJson(text) as JsonObject;
    this.kept.set(number, { kind, live, file, ...(stream === undefined ? {} : { stream }) });
    for (const same of [live, file]) {
      const changes = judgeUpdate(kind, live, same, server);
      if (changes.length > 0) this.mismatch(field, `${text} unchanged`, words(changes), 'no change');
    }
  }

  private async proveCreate(
    kind: ConfigurationKind,
    field: string,
    config: JsonObject,
    server: JudgedServer,
    name: string,
  ): Promise<JsonObject | undefined> {
    const foreseen = judgeCreate(kind, config, server);
    const done = await this.put(kind, 'CREATE', name, configurationToSend(kind, config, server.version)).catch(refusal);
    this.tried += 1;
    const refused = foreseen.some(({ verdict }) => verdict === 'refused');
    const change = `create ${stringifyJson(config)}`;
    if (refused !== (typeof done === 'string')) {
      this.mismatch(field, change, refused ? words(foreseen) : 'created', typeof done === 'string' ? done : 'created');
    }
    if (typeof done === 'string') return undefined;
    for (const { field: ignored, to } of refused ? [] : foreseen) {
      const returned = plainValue(at(done.config, ignored));
      if (bare(to) !== null && sameText(returned, to))
        this.mismatch(field, change, `${ignored} ignored`, `${stringifyJson(returned)} kept`);
    }
    return done.config;
  }

  private async proveUpdate(
    kind: ConfigurationKind,
    field: string,
    live: JsonObject,
    to: JsonObject,
    server: JudgedServer,
    name: string,
  ): Promise<void> {
    const foreseen = judgeUpdate(kind, live, to, server);
    const done = await this.put(kind, 'UPDATE', name, configurationToSend(kind, to, server.version)).catch(refusal);
    this.tried += 1;
    const refused = foreseen.some(({ verdict }) => verdict === 'refused');
    const change = `${stringifyJson(live)} -> ${stringifyJson(to)}`;
    // Where nothing is to be changed a plan sends nothing: the server may say what it likes of a file in another form.
    if (foreseen.length > 0 && refused !== (typeof done === 'string')) {
      this.mismatch(field, change, words(foreseen), typeof done === 'string' ? done : 'applied');
    }
    if (refused || typeof done === 'string') return;
    const seen = new Set(foreseen.map((each) => each.field));
    for (const { field: changed, verdict, from, to: wanted } of foreseen) {
      const returned = plainValue(at(done.config, changed));
      const expected = verdict === 'applies' ? wanted : from;
      if (!sameText(returned, expected)) {
        this.mismatch(field, change, `${changed} ${verdict}: ${stringifyJson(expected)}`, stringifyJson(returned));
      }
    }
    // Nothing else may have changed, as the server itself writes it.
    for (const { field: changed, from, to: after } of differencesOf(
      withoutVersion(live),
      withoutVersion(done.config),
    )) {
      const told = [...seen].some(
        (each) => changed === each || changed.startsWith(`${each}.`) || each.startsWith(`${changed}.`),
      );
      const meansTheSame = sameText(plainValue(from), plainValue(after));
      // 2.9 leaves the name of a durable consumer out.
      const isName = changed === 'name' && kind === 'consumer';
      if (!told && !meansTheSame && !isName)
        this.mismatch(
          field,
          change,
          `${changed} unchanged`,
          `${stringifyJson(from ?? null)} -> ${stringifyJson(after ?? null)}`,
        );
    }
  }

  private mismatch(field: string, change: string, foreseen: string, found: string): void {
    this.mismatches.push({ field, change, foreseen, found });
  }

  private async put(
    kind: ConfigurationKind,
    action: 'CREATE' | 'UPDATE',
    stream: string,
    config: JsonObject,
  ): Promise<{ config: JsonObject }> {
    if (kind === 'stream') {
      const subject = `STREAM.${action}.${action === 'UPDATE' ? stream : textOf(config['name'])}`;
      return { config: objectOf((await this.request(subject, config))['config']) };
    }
    const name = action === 'UPDATE' ? 'C' : (config['durable_name'] ?? 'C');
    const withAction = isAtLeast(this.server.version, 10) ? { action: action.toLowerCase() } : {};
    const body = { stream_name: stream, config, ...withAction };
    return {
      config: objectOf((await this.request(`CONSUMER.DURABLE.CREATE.${stream}.${textOf(name)}`, body))['config']),
    };
  }

  private async request(subject: string, body?: JsonObject): Promise<JsonObject> {
    return await apiRequest(this.connection, subject, subject, body, 30_000);
  }
}

function judgeUpdate(kind: ConfigurationKind, live: JsonObject, to: JsonObject, server: JudgedServer): FieldChange[] {
  return kind === 'stream'
    ? judgeStreamUpdate(live as StreamConfig, to as StreamConfig, server)
    : judgeConsumerUpdate(live, to, server);
}

/** Any other failure than the server's own refusal is one of the test. */
function refusal(error: unknown): string {
  if (isBackupError(error) && (error.serverCode !== undefined || error.code === 'streamNotFound')) return error.message;
  throw error;
}

function words(changes: FieldChange[]): string {
  return (
    changes
      .map(
        ({ field, from, to, verdict, reason }) =>
          `${field} ${verdict} (${stringifyJson(from)} -> ${stringifyJson(to)}; ${reason ?? ''})`,
      )
      .join(', ') || 'nothing changes'
  );
}

function at(config: JsonObject, path: string): JsonObject[string] {
  return path
    .split('.')
    .reduce<JsonObject[string]>(
      (value, name) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined),
      config,
    );
}

/** Servers leave zero values out, and write a list in the order it was given. */
function sameText(returned: PlainValue, expected: PlainValue): boolean {
  return stringifyJson(bare(returned)) === stringifyJson(bare(expected));
}

function bare(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(bare);
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return new Date(value).toISOString();
  if (typeof value === 'number' && value < 0) return -1;
  if (value === false || value === 0 || value === '' || value === 'default' || value === 'none') return null;
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).flatMap(([key, each]): [string, PlainValue][] => {
    const member = bare(each);
    return member === null ? [] : [[key, member]];
  });
  return members.length === 0 ? null : Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutVersion(config: JsonObject): JsonObject {
  const { metadata, ...rest } = config;
  const own = Object.entries(objectOf(metadata)).filter(([key]) => !key.startsWith('_nats.'));
  return own.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(own) };
}
