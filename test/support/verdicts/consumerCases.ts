import type { JsonObject, JsonValue } from '../../../src/engine/model';
import type { VerdictCase } from './proveVerdicts';

const second = 1_000_000_000;
const hour = 3600 * second;
const time = '2030-01-01T00:00:00Z';

/** Not set, in a list of values. */
const none = Symbol('none');
type Given = JsonValue | typeof none;

function setting(field: string, value: Given): JsonObject {
  return value === none ? {} : { [field]: value };
}

/** One case for each change from a value to the next. */
function walk(field: string, values: Given[], base: JsonObject = {}, more: Partial<VerdictCase> = {}): VerdictCase[] {
  return values.slice(1).map((value, index) => ({
    kind: 'consumer',
    field,
    from: { ...base, ...setting(field, values[index] ?? none) },
    to: { ...base, ...setting(field, value) },
    ...more,
  }));
}

function change(field: string, from: JsonObject, to: JsonObject, more: Partial<VerdictCase> = {}): VerdictCase {
  return { kind: 'consumer', field, from, to, ...more };
}

function wrong(field: string, values: JsonValue[], base: JsonObject = {}): VerdictCase[] {
  return values.map((value) => change(field, base, { ...base, [field]: value }));
}

const flag = (field: string, base: JsonObject = {}) => [
  ...walk(field, [none, true, true, false, none, true, none], base),
  ...wrong(field, ['x', 1, []], base),
];
const notIntegers = ['x', 1.5, true, 2n ** 70n];

const push = { deliver_subject: 'to.NAME' };
const limited = { stream: { consumer_limits: { max_ack_pending: 100, inactive_threshold: hour } } };
const queue = { stream: { retention: 'workqueue' } };

/** Changes of every field of a consumer's configuration, by the field. */
export const consumerCases: VerdictCase[] = [
  change('durable_name', {}, { durable_name: 'D' }),
  change('durable_name', {}, { durable_name: '', name: 'C' }),
  change('name', {}, { name: 'C' }),
  change('name', { name: 'C' }, {}),
  change('name', {}, { name: 'D' }),
  ...walk('description', [none, 'one', 'two', none, 'x'.repeat(4097)]),
  ...wrong('description', [7]),
  ...walk('deliver_policy', [none, 'all', 'last', 'new', 'last', none, 'new', 'undefined']),
  ...walk('deliver_policy', [none, 'last_per_subject'], { filter_subject: 'NAME.>' }),
  ...wrong('deliver_policy', ['last_per_subject', 'by_start_sequence', 'by_start_time', 'bogus', 7, '']),
  ...walk('opt_start_seq', [5, 6, none, 0], { deliver_policy: 'by_start_sequence' }),
  ...wrong('opt_start_seq', [5, -1, 'x']),
  ...wrong('opt_start_seq', [5], { deliver_policy: 'by_start_time', opt_start_time: time }),
  ...walk(
    'opt_start_time',
    [time, '2031-01-01T00:00:00Z', '2031-01-01T01:00:00+01:00', '2031-01-01T00:00:00.5Z', none],
    { deliver_policy: 'by_start_time' },
  ),
  change(
    'opt_start_time',
    { deliver_policy: 'by_start_time', opt_start_time: time },
    { deliver_policy: 'by_start_time', opt_start_time: time, description: 'x' },
  ),
  ...wrong('opt_start_time', [time, 'noon', 7]),
  ...wrong('opt_start_time', [time], { deliver_policy: 'last' }),
  ...walk('ack_policy', ['explicit', 'all', 'none', 'explicit', 'none', 'all']),
  ...wrong('ack_policy', ['bogus', 7, '']),
  ...walk('ack_policy', ['none', 'explicit'], {}, queue),
  ...walk('ack_policy', ['all', 'explicit'], push, queue),
  ...walk('ack_policy', ['flow_control', 'explicit'], { ...push, max_ack_pending: 10 }),
  ...walk('ack_policy', ['explicit', 'flow_control'], push),
  ...walk('ack_policy', ['explicit', 'flow_control']),
  ...walk('ack_policy', ['explicit', 'flow_control'], { ...push, ack_wait: hour }),
  ...walk('ack_policy', ['explicit', 'flow_control'], { ...push, max_deliver: 5 }),
  ...walk('ack_wait', [none, hour, 2 * hour, 0, hour, none, 30 * second]),
  ...wrong('ack_wait', [-1, ...notIntegers]),
  ...walk('ack_wait', [none, hour, none], { ack_policy: 'none' }),
  ...walk('ack_wait', [none, hour, second], { backoff: [second, 2 * second], max_deliver: 5 }),
  ...walk('max_deliver', [none, 5, 6, -1, 0, 5, none, -5, 4, -5, none]),
  ...wrong('max_deliver', notIntegers),
  ...walk('max_deliver', [5, 3, 2, 1, -1, none], { backoff: [second, 2 * second] }),
  ...walk('backoff', [none, [second], [second, 2 * second], [2 * second], [], none], { max_deliver: 5 }),
  ...walk('backoff', [none, [second, second, second], none, [second, second]], { max_deliver: 2 }),
  ...walk('backoff', [none, [second], none]),
  ...wrong('backoff', [[-1], ['x'], 7], { max_deliver: 5 }),
  ...walk('filter_subject', [none, 'NAME.a', 'NAME.*', '', 'NAME.a', none, '>']),
  ...wrong('filter_subject', ['other', 'NAME..x', 7, 'NAME.>.x']),
  ...walk('filter_subject', [none, 'NAME.a'], { filter_subjects: ['NAME.b'] }),
  change('filter_subject', { filter_subject: 'NAME.a' }, { filter_subjects: ['NAME.a', 'NAME.b'] }),
  change(
    'filter_subject',
    { filter_subject: 'NAME.a' },
    { filter_subject: 'NAME.b' },
    { ...queue, consumers: [{ durable_name: 'E', ack_policy: 'explicit', filter_subject: 'NAME.b' }] },
  ),
  change(
    'filter_subject',
    { filter_subject: 'NAME.a' },
    {},
    { ...queue, consumers: [{ durable_name: 'E', ack_policy: 'explicit', filter_subject: 'NAME.b' }] },
  ),
  change(
    'filter_subject',
    { filter_subject: 'NAME.a' },
    { filter_subject: 'NAME.*' },
    { ...queue, consumers: [{ durable_name: 'E', ack_policy: 'explicit', filter_subject: 'NAME.b' }] },
  ),
  change('deliver_policy', {}, { deliver_policy: 'new' }, queue),
  ...walk('filter_subjects', [none, ['NAME.a'], ['NAME.a', 'NAME.b'], ['NAME.b', 'NAME.a'], [], none]),
  ...wrong('filter_subjects', [
    ['NAME.a', 'NAME.*'],
    ['NAME.*.b', 'NAME.a.*'],
    [''],
    ['NAME..x'],
    ['other'],
    'NAME.a',
    ['NAME.a', 'NAME.a'],
  ]),
  ...walk('replay_policy', [none, 'instant', 'original', 'instant', none, 'original', none]),
  ...wrong('replay_policy', ['bogus', 7, '']),
  ...walk('rate_limit_bps', [none, 1000, 2000, 0, 1000, none], push),
  ...wrong('rate_limit_bps', [1000, -1, 'x']),
  ...walk('sample_freq', [none, '100', '30%', '', '100', none, '0', '+5']),
  ...wrong('sample_freq', ['often', '-1', 7, '1.5', '101%%', '200']),
  ...walk('max_waiting', [none, 10, 20, 512, none, 0, 10, none]),
  ...wrong('max_waiting', [-1, ...notIntegers]),
  ...wrong('max_waiting', [5], push),
  ...walk('max_ack_pending', [none, 10, 20, -1, 0, 10, none, 1000, -5, none]),
  ...wrong('max_ack_pending', notIntegers),
  ...walk('max_ack_pending', [none, 10, 200, -1, none], {}, limited),
  ...walk('max_ack_pending', [none, 10], { ...push, ack_policy: 'none' }),
  ...walk('max_ack_pending', [none, 10, none], { ack_policy: 'none' }),
  ...flag('flow_control', { ...push, idle_heartbeat: second }),
  ...flag('flow_control', push),
  ...flag('flow_control'),
  ...flag('headers_only'),
  ...walk('max_batch', [none, 10, 20, 0, 10, none]),
  ...wrong('max_batch', [-1, ...notIntegers]),
  ...walk('max_batch', [none, 10, -1], push),
  ...walk('max_expires', [none, hour, 2 * hour, 0, hour, none]),
  ...wrong('max_expires', [-1, 1000, 'x']),
  ...walk('max_bytes', [none, 10, 20, 0, 10, none]),
  ...wrong('max_bytes', [-1, ...notIntegers]),
  ...walk('deliver_subject', ['to.NAME', 'to.other', none, 'to.NAME']),
  ...wrong('deliver_subject', ['to.*', 'to..x', 'NAME.a', 7]),
  ...walk('deliver_subject', ['to.NAME', 'to.*', 'to.NAME', 'NAME.a', 'to.NAME', 'to x']),
  ...walk('deliver_group', [none, 'g', 'h', none], push),
  ...walk('deliver_group', [none, 'g', none]),
  ...wrong('deliver_group', [7]),
  ...walk('idle_heartbeat', [none, second, 2 * second, 0, second, none], push),
  ...wrong('idle_heartbeat', [second, -1, 'x']),
  ...wrong('idle_heartbeat', [1000, -1], push),
  ...walk('inactive_threshold', [none, hour, 2 * hour, 0, hour, none]),
  ...wrong('inactive_threshold', [-1, 'x']),
  ...walk('inactive_threshold', [none, second, 2 * hour, none, hour], {}, limited),
  ...walk('num_replicas', [none, 1, 0, 1, none, 3]),
  ...wrong('num_replicas', [-1, 'x', 2]),
  ...walk('num_replicas', [none, 1, 3], {}, queue),
  ...flag('mem_storage'),
  ...flag('direct'),
  ...flag('direct', push),
  ...flag('sourcing'),
  ...flag('sourcing', push),
  ...walk('metadata', [none, { a: '1' }, { a: '2', b: '' }, { b: '' }, {}, { c: 'x'.repeat(200_000) }]),
  ...wrong('metadata', ['x', { a: 1 }]),
  ...walk('pause_until', [
    none,
    time,
    '2031-01-01T00:00:00Z',
    '2030-01-01T01:00:00+01:00',
    none,
    '0001-01-01T00:00:00Z',
    none,
  ]),
  ...wrong('pause_until', ['noon', 7]),
  ...walk('priority_groups', [['a'], ['b'], ['a', 'b'], ['b', 'a'], [], none], { priority_policy: 'overflow' }),
  ...wrong('priority_groups', [['a'], [''], 'a']),
  ...wrong('priority_groups', [['a b'], [''], ['x'.repeat(17)]], { priority_policy: 'overflow' }),
  ...walk('priority_policy', ['overflow', 'pinned_client', 'prioritized', 'none', 'overflow'], {
    priority_groups: ['a'],
  }),
  ...walk('priority_policy', [none, 'overflow'], push),
  ...wrong('priority_policy', ['overflow', 'bogus', 7, '']),
  ...walk('priority_timeout', [none, hour, 2 * hour, 0, none, 120 * second], {
    priority_groups: ['a'],
    priority_policy: 'pinned_client',
  }),
  ...walk('priority_timeout', [none, hour, none], { priority_groups: ['a'], priority_policy: 'overflow' }),
  ...wrong('priority_timeout', [hour, -1, 'x']),
  change('unheard_of', {}, { unheard_of: 1 }),
];
