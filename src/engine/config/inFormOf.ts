import type { ConfigurationKind, FieldChange } from '../configurationResults';
import type { ConsumerConfig, JsonObject, JsonValue, StreamConfig } from '../model';
import { parseJson } from '../util/losslessJson';
import { AccountStreams } from './accountStreams';
import { canonicalConsumerConfig, canonicalStreamConfig, withoutServerMetadata } from './canonicalJson';
import { differencesOf, isObject } from './differences';
import { consumerConfigOrder, streamConfigOrder } from './fieldOrder';
import { judgeConsumerUpdate, judgeStreamUpdate, type JudgedServer } from './judge';
import { withMemberOf } from './jsonEdits';

/**
 * A configuration as text in the form of another text, so that a diff of the two shows real differences only. Where both
 * mean the same, defaults included, it is that text byte for byte; else that text with only the values that differ
 * replaced, added or removed: order, white space, line ends, lists on one line and fields left out at their default stay.
 *
 * @param text of a configuration file; where it is none, the canonical text is returned
 * @param server whose defaults count
 */
export function inFormOf(
  kind: ConfigurationKind,
  config: StreamConfig | ConsumerConfig,
  text: string,
  server: Pick<JudgedServer, 'version' | 'clustered'>,
): string {
  const canonical = () =>
    kind === 'stream' ? canonicalStreamConfig(config as StreamConfig) : canonicalConsumerConfig(config);
  const file = objectIn(text);
  if (file === undefined) return canonical();
  const own = withoutServerMetadata(config);
  const order = kind === 'stream' ? streamConfigOrder : consumerConfigOrder;
  let formed = text;
  for (const { field } of changesBetween(kind, config, file, server)) {
    for (const path of pathsOf(field, own, file)) formed = withMemberOf(formed, path, own, order);
  }
  const result = objectIn(formed);
  // Never a text that says something else than the server.
  return result !== undefined && changesBetween(kind, config, result, server).length === 0 ? formed : canonical();
}

/** Whose defaults count where no server is asked. */
export const newestServer: Pick<JudgedServer, 'version' | 'clustered'> = { version: '2.15.2', clustered: false };

/** In which fields two configurations differ, with the server's defaults; `from` is of the first. */
export function changesBetween(
  kind: ConfigurationKind,
  one: JsonObject,
  other: JsonObject,
  { version, clustered }: Pick<JudgedServer, 'version' | 'clustered'>,
): FieldChange[] {
  const server = { version, clustered, streams: new AccountStreams() };
  return kind === 'stream'
    ? judgeStreamUpdate(one as StreamConfig, other as StreamConfig, server)
    : judgeConsumerUpdate(one, other, server);
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Path = (string | number)[];

/**
 * What has to be changed for one field: the field itself; of a list whose elements are the same ones by name, what
 * differs in them. A name may hold dots itself, as in metadata.
 */
function pathsOf(field: string, config: JsonObject, file: JsonObject): Path[] {
  const path = resolvePath(field, config, file);
  const [a, b] = [valueAt(config, path), valueAt(file, path)];
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return [path];
  const within = a.map((element, index) => pathsWithin(element, b[index] ?? null));
  if (within.some((each) => each === undefined)) return [path];
  return within.flatMap((paths, index) => (paths ?? []).map((each) => [...path, index, ...each]));
}

/** Undefined where the two are not the same thing. */
function pathsWithin(a: JsonValue, b: JsonValue): Path[] | undefined {
  if (!isObject(a) || !isObject(b) || typeof a['name'] !== 'string' || a['name'] !== b['name']) return undefined;
  return differencesOf(b, a).map(({ field }) => resolvePath(field, a, b));
}

function resolvePath(field: string, a: JsonValue | undefined, b: JsonValue | undefined): string[] {
  const names = [a, b].flatMap((each) => (isObject(each) ? Object.keys(each) : []));
  if (names.includes(field)) return [field];
  const name = names.find((each) => field.startsWith(`${each}.`));
  if (name === undefined) return [field];
  const [below, other] = [a, b].map((each) => (isObject(each) ? each[name] : undefined));
  return [name, ...resolvePath(field.slice(name.length + 1), below, other)];
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((each, name) => (isObject(each) ? each[name] : undefined), value);
}
