import type { JsonObject, JsonValue, StreamConfig } from '../../../src/engine/model';
import type { VerdictCase } from './proveVerdicts';

const second = 1_000_000_000;
const hour = 3600 * second;

/** Not set, in a list of values. */
const none = Symbol('none');
type Given = JsonValue | typeof none;

function setting(field: string, value: Given): JsonObject {
  return value === none ? {} : { [field]: value };
}

/** One case for each change from a value to the next. */
function walk(field: string, values: Given[], base: JsonObject = {}, more: Partial<VerdictCase> = {}): VerdictCase[] {
  return values.slice(1).map((value, index) => ({
    kind: 'stream',
    field,
    from: { ...base, ...setting(field, values[index] ?? none) },
    to: { ...base, ...setting(field, value) },
    ...more,
  }));
}

function change(field: string, from: JsonObject, to: JsonObject, more: Partial<VerdictCase> = {}): VerdictCase {
  return { kind: 'stream', field, from, to, ...more };
}

/** Changes to values that no server takes, from nothing. */
function wrong(field: string, values: JsonValue[], base: JsonObject = {}): VerdictCase[] {
  return values.map((value) => change(field, base, { ...base, [field]: value }));
}

const notIntegers = ['x', 1.5, true, 2n ** 70n, []];
const limit = (field: string) => [
  ...walk(field, [none, 10, 20, 5, -1, 0, 7, -5, 8, none, -5, none]),
  ...wrong(field, notIntegers),
];
const flag = (field: string, base: JsonObject = {}) => [
  ...walk(field, [none, true, true, false, false, none, true, none], base),
  ...wrong(field, ['x', 1, []]),
];

const origin: StreamConfig = { name: 'NAME_O', subjects: ['NAME_O.>'], storage: 'memory' };
const direct: StreamConfig = { name: 'NAME_D', subjects: ['NAME_D.>'], storage: 'memory', allow_direct: true };
const also = [origin, direct];
const fed = (config: JsonObject): JsonObject => ({ subjects: [], ...config });
const mirror = (more: JsonObject = {}) => fed({ mirror: { name: 'NAME_O', ...more } });
const sources = (...list: JsonObject[]) => fed({ sources: list });
const elsewhere = { api: '$JS.there.API', deliver: 'deliver.here' };

/** Changes of every field of a stream's configuration, by the field. */
export const streamCases: VerdictCase[] = [
  change('name', {}, { name: 'NAME_X' }),
  ...walk('description', [none, 'one', 'two', '', 'three', none, 'x'.repeat(4097)]),
  ...wrong('description', [7, {}]),

  ...walk('subjects', [none, ['NAME.a'], ['NAME.b', 'NAME.c'], ['NAME.c', 'NAME.b'], [], ['NAME'], ['NAME.*.x']]),
  ...walk('subjects', [['NAME.a'], ['NAME.a', 'NAME.*'], ['NAME.a'], ['NAME.a', 'NAME.a']]),
  ...wrong('subjects', ['NAME', [7], ['NAME..x'], ['NAME.>.x'], [''], ['NAME x'], ['NAME.a', 'NAME.>']]),
  change('subjects', {}, { subjects: ['NAME_O.x'] }, { also }),
  change('subjects', {}, { subjects: ['NAME_O'] }, { also }),
  ...wrong('subjects', [
    ['$JS.API.NAME'],
    ['$JS.NAME'],
    ['$SYS.NAME'],
    ['$JS.EVENT.NAME'],
    ['$SYS.ACCOUNT.NAME'],
    ['$NRG.NAME'],
  ]),
  ...wrong('subjects', [['$SYS.NAME'], ['$JSC.NAME']], { no_ack: true }),
  change('subjects', {}, { subjects: ['>'] }, { alone: true }),
  change('subjects', { no_ack: true }, { no_ack: true, subjects: ['>'] }, { alone: true }),
  change('subjects', { no_ack: true, subjects: ['>'] }, { subjects: ['>'] }, { alone: true }),

  ...walk('retention', [
    none,
    'limits',
    'interest',
    'limits',
    'workqueue',
    'limits',
    none,
    'interest',
    'workqueue',
    'interest',
    none,
  ]),
  ...wrong('retention', ['bogus', 7, 'LIMITS', '']),
  ...limit('max_consumers'),
  ...limit('max_msgs'),
  ...walk('max_msgs', [none, 9007199254740993n, 9223372036854775807n]),
  ...limit('max_bytes'),
  ...limit('max_msgs_per_subject'),
  ...limit('max_msg_size'),
  ...wrong('max_msg_size', [2147483648, 2147483647]),
  ...walk('max_age', [none, hour, 2 * hour, 60 * second, 0, hour, none, second, none, -1, none]),
  ...wrong('max_age', ['1h', 50_000_000, 100_000_000, -hour, 1.5, 2n ** 70n]),
  ...walk('max_age', [2 * hour, hour, 30 * 60 * second], { duplicate_window: hour }),
  ...walk('max_age', [2 * hour, hour, 0], { sealed: false }),
  ...walk('discard', [none, 'new', 'old', 'new', none]),
  ...wrong('discard', ['bogus', true, '']),
  ...walk('discard', ['new', 'old'], { discard_new_per_subject: true, max_msgs_per_subject: 1 }),
  ...walk('storage', [none, 'file', 'memory', 'memory', 'file', none, 'memory', none]),
  ...wrong('storage', ['disk', 1, '']),
  ...walk('num_replicas', [none, 1, 0, 1, 3, 1, none, 2]),
  ...wrong('num_replicas', [6, -1, 'x', 1.5]),
  ...flag('no_ack'),
  ...walk('template_owner', [none, 'someone', none]),
  ...wrong('template_owner', [7]),

  ...walk('duplicate_window', [none, hour, 2 * hour, 0, hour, none, 120 * second]),
  ...walk('duplicate_window', [none, 60 * second, 2 * hour, none, 0], { max_age: hour }),
  ...wrong('duplicate_window', [-1, 1000, 'x', 1.5]),
  ...walk('duplicate_window', [none, hour, none, 0], sources({ name: 'NAME_O' }), { also }),
  ...walk('duplicate_window', [none, hour, none], mirror(), { also }),

  ...walk('placement', [
    none,
    { tags: ['a'] },
    { tags: ['b', 'a'] },
    { tags: ['a', 'b'] },
    { cluster: 'C' },
    {},
    { tags: [] },
    none,
    { cluster: '' },
    null,
  ]),
  ...wrong('placement', ['x', { tags: 'x' }, { cluster: 7 }, { preferred: 'server' }, { preferred: '' }, { bogus: 1 }]),

  change('mirror', {}, mirror(), { also }),
  change('mirror', mirror(), {}, { also }),
  change('mirror', mirror(), { subjects: [] }, { also }),
  change('mirror', mirror(), fed({ mirror: { name: 'NAME_D' } }), { also }),
  change('mirror', mirror(), mirror({ filter_subject: 'NAME_O.a' }), { also }),
  change('mirror', mirror({ filter_subject: 'NAME_O.a' }), mirror({ filter_subject: 'NAME_O.b' }), { also }),
  change('mirror', mirror(), mirror({ filter_subject: 'other' }), { also }),
  change('mirror', mirror(), mirror({ filter_subject: 'NAME_O..a' }), { also }),
  change('mirror', mirror({ opt_start_seq: 5 }), mirror({ opt_start_seq: 6 }), { also }),
  change(
    'mirror',
    mirror({ opt_start_time: '2030-01-01T00:00:00Z' }),
    mirror({ opt_start_time: '2030-01-01T01:00:00+01:00' }),
    { also },
  ),
  change('mirror', mirror(), mirror({ opt_start_time: 'noon' }), { also }),
  change('mirror', mirror(), mirror({ subject_transforms: [{ src: 'NAME_O.>', dest: 'x.>' }] }), { also }),
  change('mirror', mirror(), mirror({ subject_transforms: [{ src: 'NAME_O.>', dest: 'x' }] }), { also }),
  change(
    'mirror',
    mirror(),
    mirror({ filter_subject: 'NAME_O.a', subject_transforms: [{ src: 'NAME_O.>', dest: 'x.>' }] }),
    { also },
  ),
  change('mirror', mirror({ external: elsewhere }), mirror({ external: { ...elsewhere, deliver: 'deliver.there' } }), {
    also,
  }),
  change('mirror', mirror(), mirror({ external: { ...elsewhere, api: '$JS.API' } }), { also }),
  change('mirror', mirror(), mirror({ external: { api: 'a.*', deliver: 'b' } }), { also }),
  change('mirror', mirror(), mirror({ consumer: { name: 'M', deliver_subject: 'to.M' } }), { also }),
  change('mirror', mirror(), mirror({ consumer: { name: 'M', deliver_subject: '' } }), { also }),
  change('mirror', {}, { mirror: { name: 'NAME_O' } }, { also }),
  change('mirror', {}, fed({ mirror: { name: 'NAME_O' }, sources: [{ name: 'NAME_D' }] }), { also }),
  change('mirror', {}, fed({ mirror: { name: 'NAME_O' }, first_seq: 5 }), { also }),
  change('mirror', {}, fed({ mirror: { name: 'NAME_O' }, subject_delete_marker_ttl: hour }), { also }),
  ...['allow_msg_counter', 'allow_atomic', 'allow_msg_schedules', 'allow_batched'].map((field) =>
    change('mirror', mirror(), { ...mirror(), [field]: true }, { also }),
  ),
  change('mirror', {}, fed({ mirror: { name: 'a.b' } })),
  change('mirror', {}, fed({ mirror: { name: 'NAME' } })),
  change('mirror', {}, fed({ mirror: { name: 'NOT_THERE' } })),
  change('mirror', {}, fed({ mirror: 'NAME_O' }), { also }),
  change('mirror', mirror(), { ...mirror(), max_msg_size: 10 }, { also: [{ ...origin, max_msg_size: 100 }] }),

  change('sources', {}, { sources: [{ name: 'NAME_O' }] }, { also }),
  change('sources', { sources: [{ name: 'NAME_O' }] }, { sources: [{ name: 'NAME_O' }, { name: 'NAME_D' }] }, { also }),
  change('sources', { sources: [{ name: 'NAME_O' }, { name: 'NAME_D' }] }, { sources: [{ name: 'NAME_D' }] }, { also }),
  change('sources', { sources: [{ name: 'NAME_O' }] }, {}, { also }),
  change('sources', sources({ name: 'NAME_O' }), { subjects: [] }, { also }),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O', filter_subject: 'NAME_O.a' }), { also }),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O', filter_subject: 'other' }), { also }),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O', filter_subject: 'a..b' }), { also }),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O', opt_start_seq: 5 }), { also }),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O' }, { name: 'NAME_O' }), { also }),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O' }, { name: 'NAME_O', filter_subject: 'NAME_O.a' }),
    { also },
  ),
  change('sources', sources({ name: 'NAME_O' }), sources({ name: 'NAME_O', external: elsewhere }), { also }),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', external: { ...elsewhere, api: '$JS.API' } }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', subject_transforms: [{ src: 'NAME_O.*', dest: 'x.$1' }] }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', subject_transforms: [{ src: 'NAME_O.*', dest: 'x.$2' }] }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', filter_subject: 'NAME_O.a', subject_transforms: [{ src: 'NAME_O.*', dest: 'x.$1' }] }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({
      name: 'NAME_O',
      subject_transforms: [
        { src: 'NAME_O.>', dest: '' },
        { src: 'NAME_O.a', dest: '' },
      ],
    }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', consumer: { name: 'M', deliver_subject: 'to.M' } }),
    { also },
  ),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    sources({ name: 'NAME_O', opt_start_seq: 5, consumer: { name: 'M', deliver_subject: 'to.M' } }),
    { also },
  ),
  change('sources', {}, sources({ name: 'a.b' })),
  change('sources', {}, sources({ name: 'NAME' })),
  change(
    'sources',
    {},
    { sources: [{ name: 'NAME_S' }] },
    { also: [{ name: 'NAME_S', subjects: ['NAME_S'], sources: [{ name: 'NAME' }] }] },
  ),
  change('sources', {}, sources({ name: 'NAME_O', bogus: 1 }), { also }),
  change('sources', {}, { sources: {} }),
  change('sources', {}, { ...sources({ name: 'NAME_O' }), allow_msg_schedules: true }, { also }),
  change(
    'sources',
    sources({ name: 'NAME_O' }),
    { ...sources({ name: 'NAME_O' }), max_msg_size: 10 },
    { also: [{ ...origin, max_msg_size: 100 }] },
  ),

  ...walk('compression', [none, 's2', 'none', 's2', none]),
  ...wrong('compression', ['gzip', true, '']),
  ...walk('first_seq', [none, 10, 20, none, 0]),
  ...wrong('first_seq', [-1, 'x', 1.5]),
  ...walk('subject_transform', [
    none,
    { src: 'NAME.>', dest: 'x.>' },
    { src: 'NAME.>', dest: 'y.>' },
    none,
    { src: '', dest: '' },
    { dest: 'z.>' },
    null,
  ]),
  ...wrong('subject_transform', [
    { src: 'a..b', dest: 'x' },
    { src: 'a.*', dest: 'x.*' },
    { src: 'a.>', dest: 'x' },
    { src: 'a.*', dest: 'x.$2' },
    { src: 'a.*', dest: 'x.{{wildcard(1)}}' },
    'x',
  ]),
  ...walk('republish', [
    none,
    { src: 'NAME.>', dest: 'again.>' },
    { src: 'NAME.>', dest: 'more.>' },
    { src: 'NAME.>', dest: 'more.>', headers_only: true },
    none,
    { dest: 'again.>' },
    { src: '>', dest: 'again.>' },
    null,
  ]),
  ...wrong('republish', [
    { src: 'NAME.>', dest: 'NAME.again.>' },
    { src: 'other', dest: 'again' },
    { src: 'NAME.>', dest: 'again' },
    { src: 'NAME.*', dest: 'again.*' },
    { src: '>', dest: '>' },
    {},
    7,
  ]),
  change(
    'republish',
    { subject_transform: { src: 'NAME.>', dest: 'NAME_T.>' } },
    { subject_transform: { src: 'NAME.>', dest: 'NAME_T.>' }, republish: { src: '>', dest: '>' } },
  ),
  ...flag('allow_direct'),
  ...flag('mirror_direct'),
  ...flag('mirror_direct', mirror()).map((each) => ({ ...each, also })),
  ...flag('mirror_direct', fed({ mirror: { name: 'NAME_D' } })).map((each) => ({ ...each, also })),
  ...flag('mirror_direct', fed({ mirror: { name: 'NAME_D', external: elsewhere } })).map((each) => ({ ...each, also })),
  ...flag('discard_new_per_subject'),
  ...flag('discard_new_per_subject', { discard: 'new' }),
  ...flag('discard_new_per_subject', { discard: 'new', max_msgs_per_subject: 1 }),
  ...flag('sealed'),
  ...sealedCases(),
  ...flag('deny_delete'),
  ...flag('deny_purge'),
  ...flag('deny_purge', { allow_rollup_hdrs: true }),
  ...flag('deny_purge', { subject_delete_marker_ttl: hour }),
  ...flag('allow_rollup_hdrs'),
  ...flag('allow_rollup_hdrs', { deny_purge: true }),
  ...flag('allow_rollup_hdrs', { subject_delete_marker_ttl: hour }),
  ...flag('allow_rollup_hdrs', { allow_msg_schedules: true }),

  ...walk('consumer_limits', [
    none,
    { max_ack_pending: 10 },
    { max_ack_pending: 5, inactive_threshold: hour },
    {},
    { inactive_threshold: hour },
    none,
    { max_ack_pending: -1 },
  ]),
  ...wrong('consumer_limits', [7, { max_ack_pending: 'x' }, { inactive_threshold: -1 }, { bogus: 1 }]),
  ...flag('allow_msg_ttl'),
  ...flag('allow_msg_ttl', { subject_delete_marker_ttl: hour }),
  ...walk('subject_delete_marker_ttl', [none, hour, 2 * hour, 0, hour, none, second]),
  ...wrong('subject_delete_marker_ttl', [-1, 1000, 'x']),
  ...walk('subject_delete_marker_ttl', [none, hour], { deny_purge: true }),
  ...flag('allow_msg_counter'),
  ...['discard', 'allow_msg_ttl', 'allow_msg_schedules', 'retention', 'subject_delete_marker_ttl'].map((field) => {
    const values: JsonObject = { discard: 'new', retention: 'interest', subject_delete_marker_ttl: hour };
    return change(
      'allow_msg_counter',
      { allow_msg_counter: true },
      { allow_msg_counter: true, [field]: values[field] ?? true },
    );
  }),
  ...flag('allow_atomic'),
  ...flag('allow_atomic', { persist_mode: 'async' }),
  ...flag('allow_msg_schedules'),
  ...flag('allow_msg_schedules', { discard: 'new' }),
  ...flag('allow_msg_schedules', { deny_purge: true }),
  ...walk('persist_mode', [none, 'async', 'default', 'async', none, 'default', '']),
  ...walk('persist_mode', [none, 'async'], { storage: 'memory' }),
  ...wrong('persist_mode', ['bogus', 7]),
  ...flag('allow_batched'),
  ...walk('metadata', [none, { a: '1' }, { a: '2', b: '' }, { b: '' }, {}, { c: 'x'.repeat(200_000) }]),
  ...wrong('metadata', ['x', { a: 1 }, { a: null }]),
  change('metadata', { metadata: { '_nats.req.level': '9', own: '1' } }, { metadata: { '_nats.ver': '1', own: '1' } }),
  change('unheard_of', {}, { unheard_of: 1 }),
  change('unheard_of', {}, { unheard_of: 0 }),
];

/** A sealed stream, by an update before: no stream is made sealed. */
function sealedCases(): VerdictCase[] {
  const sealed = { sealed: true, deny_delete: true, deny_purge: true, discard: 'new' };
  const fields: JsonObject[] = [
    {},
    { sealed: false },
    { description: 'x' },
    { max_age: hour },
    { discard: 'old' },
    { deny_delete: false },
    { allow_rollup_hdrs: true },
    { max_msgs: 10 },
  ];
  const later = fields.map((each) => change('sealed', {}, { ...sealed, ...each }, { prepare: { sealed: true } }));
  const wide = fields.map((each) =>
    change('sealed', { max_age: hour, allow_rollup_hdrs: true }, { sealed: true, max_age: hour, ...each }),
  );
  return [...later, ...wide, change('sealed', {}, { sealed: true }, { prepare: { sealed: true } })];
}
