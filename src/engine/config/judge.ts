import type { ConfigurationKind, FieldChange } from '../configurationResults';
import type { ConsumerConfig, JsonObject, JsonValue, StreamConfig } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { accountCreateRules, accountRules, tierNote } from './accountRules';
import { withoutServerMetadata } from './canonicalJson';
import { consumerCreateRules, consumerRules } from './consumerRules';
import { consumerUpdateRules } from './consumerUpdateRules';
import { differencesOf, type FieldDifference } from './differences';
import { feedRules } from './feedRules';
import { wrongType } from './fieldTypes';
import type { JudgedServer, Rule, Violation } from './judgedServer';
import { fieldsOf, memberFields } from './knownFields';
import { normalForm } from './normalForm';
import { plainValue } from './plainValue';
import { splitUnknown, without, type UnknownField } from './serverFields';
import { filledConsumer, storedConsumer } from './storedConsumer';
import { filledStream, storedStream, type Stored } from './storedStream';
import { streamCreateRules, streamRules } from './streamRules';
import { streamUpdateRules } from './streamUpdateRules';

export type { JudgedServer } from './judgedServer';

/**
 * What the server does with each changed field of a stream that exists, when `wanted` is sent as its whole
 * configuration. Defaults count as set, so that a field left out is its default; no change is an empty list.
 */
export function judgeStreamUpdate(live: StreamConfig, wanted: StreamConfig, server: JudgedServer): FieldChange[] {
  return judge('stream', live, wanted, server);
}

/** The same for a consumer that exists. */
export function judgeConsumerUpdate(live: ConsumerConfig, wanted: ConsumerConfig, server: JudgedServer): FieldChange[] {
  return judge('consumer', live, wanted, server);
}

/** The fields that the server refuses or ignores when a stream or consumer is created from `wanted`. */
export function judgeCreate(kind: ConfigurationKind, wanted: JsonObject, server: JudgedServer): FieldChange[] {
  return judge(kind, undefined, wanted, server).filter(({ verdict }) => verdict !== 'applies');
}

/**
 * What is sent: the configuration without the server's own metadata, and without fields that are null or that the server
 * does not know and are at their default.
 */
export function configurationToSend<T extends JsonObject>(kind: ConfigurationKind, wanted: T, version: string): T {
  const given = Object.entries(withoutServerMetadata(wanted)).filter(([, value]) => value !== null);
  return splitUnknown(kind, Object.fromEntries(given) as T, version).config;
}

function judge(
  kind: ConfigurationKind,
  live: JsonObject | undefined,
  wanted: JsonObject,
  server: JudgedServer,
): FieldChange[] {
  const { config, unknown } = splitUnknown(kind, configurationToSend(kind, wanted, server.version), server.version);
  const known = without(
    config,
    unknown.map(({ field }) => field),
  );
  const creates = live === undefined;
  const before = creates ? normalForm(kind, {}) : filled(kind, live, server.version);
  const wrong = wrongTypes(kind, known, server.version);
  const readable = without(
    known,
    wrong.flatMap(({ fields }) => fields),
  );
  const stored = kind === 'stream' ? storedStream(readable, server, creates) : storedConsumer(readable, live, server);
  const asked = [
    ...changesOf(before, stored, readable, kind, creates, server),
    ...wrong.map(({ fields: [field = ''] }) =>
      applies({ field, from: valueAt(before, field), to: valueAt(known, field) }),
    ),
    ...unknown.map((each) => unknownChange(each, before, server)),
  ];
  // Nothing is sent where nothing is asked for, so that no rule is broken.
  if (asked.length === 0 && !creates) return [];
  const broken = wrong.length > 0 ? wrong : brokenRules(kind, creates ? undefined : before, stored, server);
  return blame(broken, asked, before, stored.config);
}

function filled(kind: ConfigurationKind, live: JsonObject, version: string): JsonObject {
  return kind === 'stream' ? filledStream(live, version) : filledConsumer(live);
}

function brokenRules(
  kind: ConfigurationKind,
  live: JsonObject | undefined,
  { filled, enabled }: Stored,
  server: JudgedServer,
): Violation[] {
  const [validity, transitions] = rulesOf(kind, live === undefined);
  const judged = live === undefined ? {} : { live };
  // An update is checked a second time, with what the first check has set; in a cluster also what is made.
  const once = filled === enabled || (live === undefined && !server.clustered);
  const checked = once ? [filled] : [filled, enabled];
  return [
    ...checked.flatMap((wanted) => brokenOf(validity, (rule) => rule({ ...judged, wanted, server }))),
    ...brokenOf(transitions, (rule) => rule({ ...judged, wanted: enabled, server })),
  ];
}

function rulesOf(kind: ConfigurationKind, creates: boolean): [validity: Rule[], transitions: Rule[]] {
  if (kind === 'stream')
    return [
      [...streamRules, ...accountRules, ...feedRules],
      creates ? [...streamCreateRules, ...accountCreateRules] : [...streamUpdateRules],
    ];
  return [[...consumerRules], creates ? [...consumerCreateRules] : [...consumerUpdateRules]];
}

function brokenOf(rules: Rule[], call: (rule: Rule) => ReturnType<Rule>): Violation[] {
  return rules.flatMap((rule) => call(rule) ?? []);
}

function wrongTypes(kind: ConfigurationKind, config: JsonObject, version: string): Violation[] {
  const check = (object: JsonObject, fields: ReturnType<typeof fieldsOf>, path: string): Violation[] =>
    Object.entries(object).flatMap(([name, value]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) return [];
      const reason = wrongType(field.type, value, version);
      if (reason !== undefined) return [{ fields: [`${path}${name}`], reason }];
      const members = Object.hasOwn(memberFields, name) ? memberFields[name] : undefined;
      if (members === undefined) return [];
      const within = (Array.isArray(value) ? value : [value]).flatMap((each) =>
        check((each ?? {}) as JsonObject, members, `${path}${name}.`),
      );
      // A list is compared whole.
      return Array.isArray(value)
        ? within.map(({ reason: why }) => ({ fields: [`${path}${name}`], reason: why }))
        : within;
    });
  return check(config, fieldsOf(kind), '');
}

/** What differs between what is there and what the server would keep, and what is asked for in vain. */
function changesOf(
  before: JsonObject,
  stored: Stored,
  sent: JsonObject,
  kind: ConfigurationKind,
  creates: boolean,
  server: JudgedServer,
): FieldChange[] {
  const overrides = new Map(stored.overrides.map(({ field, reason }) => [field, reason]));
  const changes = differencesOf(before, stored.config).map((difference): FieldChange => {
    const reason = overrides.get(difference.field) ?? noteOf(kind, difference, creates, server);
    return { ...applies(difference), ...(reason === undefined ? {} : { reason }) };
  });
  const asked = normalForm(kind, sent);
  for (const [field, reason] of overrides) {
    const inVain =
      Object.hasOwn(sent, field) && differencesOf({ [field]: stored.config[field] }, { [field]: asked[field] });
    if (!inVain || inVain.length === 0 || changes.some((change) => change.field === field)) continue;
    changes.push({ field, from: plainValue(before[field]), to: plainValue(asked[field]), verdict: 'ignored', reason });
  }
  return changes;
}

/** Fields of a stream that every server refuses to take back once they are true. */
const oneWay = new Set(['sealed', 'deny_delete', 'deny_purge', 'allow_msg_ttl', 'allow_msg_schedules']);

/** What a person should know of a change that the server takes. */
function noteOf(
  kind: ConfigurationKind,
  { field, from, to }: FieldDifference,
  creates: boolean,
  server: JudgedServer,
): string | undefined {
  if (creates) return undefined;
  if (kind === 'stream' && field === 'first_seq')
    return 'The stream keeps its sequences: first_seq counts only when a stream is made.';
  if (kind === 'stream' && oneWay.has(field) && to === true) return 'It cannot be switched off again.';
  if (kind === 'stream' && field === 'mirror')
    return 'The mirror becomes a stream of its own and takes no more from its origin.';
  if (kind === 'stream' && tierNote(field, server) !== undefined) return tierNote(field, server);
  if (server.clustered && (isWithin(field, 'placement') || field === 'num_replicas')) {
    return 'The servers of the cluster decide whether there are enough of them with room and these tags.';
  }
  if (kind === 'consumer' && field === 'deliver_subject' && from !== '') {
    return 'Only while nobody listens on the deliver_subject that it has (10013).';
  }
  return undefined;
}

function applies({ field, from, to }: FieldDifference): FieldChange {
  return { field, from: plainValue(from), to: plainValue(to), verdict: 'applies' };
}

function unknownChange(
  { field, value, since, until }: UnknownField,
  before: JsonObject,
  server: JudgedServer,
): FieldChange {
  const who =
    since !== undefined
      ? `Only servers from 2.${since} on know it`
      : until !== undefined
        ? `Servers from 2.${until} on no longer know it`
        : 'No server from 2.9 to 2.15 knows it';
  const refused = isAtLeast(server.version, 12);
  const what = refused
    ? `nats-server ${server.version} refuses it (10025). Leave it out`
    : `nats-server ${server.version} drops it in silence`;
  return {
    field,
    from: plainValue(valueAt(before, field)),
    to: plainValue(value),
    verdict: refused ? 'refused' : 'ignored',
    reason: `${who}; ${what}.`,
  };
}

/** Marks what breaks a rule as refused. */
function blame(broken: Violation[], changes: FieldChange[], before: JsonObject, after: JsonObject): FieldChange[] {
  const blamed = [...changes];
  for (const { fields, reason } of broken) {
    const index = fields
      .map((field) => blamed.findIndex((change) => isWithin(change.field, field)))
      .find((each) => each >= 0);
    const change = index === undefined ? undefined : blamed[index];
    if (index !== undefined && change !== undefined) {
      if (change.verdict !== 'refused') blamed[index] = { ...change, verdict: 'refused', reason };
      continue;
    }
    const field = fields[0] ?? '';
    const [from, to] = [plainValue(valueAt(before, field)), plainValue(valueAt(after, field))];
    blamed.push({ field, from, to, verdict: 'refused', reason });
  }
  return blamed;
}

function isWithin(changed: string, field: string): boolean {
  return changed === field || changed.startsWith(`${field}.`);
}

function valueAt(config: JsonObject, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (value, name) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined),
      config,
    );
}
