import type { ConfigurationKind } from '../configurationResults';
import type { JsonValue } from '../model';
import { oneOf, type Field, type FieldType } from './fieldTypes';

type Fields = Readonly<Record<string, Field>>;

function field(type: FieldType, missing: JsonValue, since = 0, until?: number): Field {
  return { type, default: missing, since, ...(until === undefined ? {} : { until }) };
}

/** Every field of a stream's configuration that some server from 2.9 to 2.15 knows. */
export const streamFields: Fields = {
  name: field('text', ''),
  description: field('text', ''),
  subjects: field('texts', []),
  retention: field(oneOf('limits interest workqueue'), 'limits'),
  max_consumers: field('integer', -1),
  max_msgs: field('integer', -1),
  max_bytes: field('integer', -1),
  max_age: field('duration', 0),
  max_msgs_per_subject: field('integer', -1),
  max_msg_size: field('shortInteger', -1),
  discard: field(oneOf('old new'), 'old'),
  storage: field(oneOf('file memory'), 'file'),
  num_replicas: field('integer', 1),
  no_ack: field('flag', false),
  template_owner: field('text', '', 0, 14),
  duplicate_window: field('duration', 0),
  placement: field('object', null),
  mirror: field('object', null),
  sources: field('objects', []),
  compression: field(oneOf('none s2'), 'none', 10),
  first_seq: field('count', 0, 10),
  subject_transform: field('object', null, 10),
  republish: field('object', null),
  allow_direct: field('flag', false),
  mirror_direct: field('flag', false),
  discard_new_per_subject: field('flag', false),
  sealed: field('flag', false),
  deny_delete: field('flag', false),
  deny_purge: field('flag', false),
  allow_rollup_hdrs: field('flag', false),
  consumer_limits: field('object', {}, 10),
  allow_msg_ttl: field('flag', false, 11),
  subject_delete_marker_ttl: field('duration', 0, 11),
  allow_msg_counter: field('flag', false, 12),
  allow_atomic: field('flag', false, 12),
  allow_msg_schedules: field('flag', false, 12),
  persist_mode: field(oneOf('default async', {}, ''), 'default', 12),
  allow_batched: field('flag', false, 14),
  metadata: field('labels', {}, 10),
};

/** Every field of a consumer's configuration that some server from 2.9 to 2.15 knows. */
export const consumerFields: Fields = {
  durable_name: field('text', ''),
  name: field('text', ''),
  description: field('text', ''),
  deliver_policy: field(oneOf('all last new by_start_sequence by_start_time last_per_subject', {}, 'undefined'), 'all'),
  opt_start_seq: field('count', 0),
  opt_start_time: field('time', null),
  ack_policy: field(oneOf('none all explicit flow_control', { flow_control: 14 }), 'none'),
  ack_wait: field('duration', 0),
  max_deliver: field('integer', -1),
  backoff: field('durations', []),
  filter_subject: field('text', ''),
  filter_subjects: field('texts', [], 10),
  replay_policy: field(oneOf('instant original'), 'instant'),
  rate_limit_bps: field('count', 0),
  sample_freq: field('text', ''),
  max_waiting: field('integer', 0),
  max_ack_pending: field('integer', 0),
  flow_control: field('flag', false),
  headers_only: field('flag', false),
  max_batch: field('integer', 0),
  max_expires: field('duration', 0),
  max_bytes: field('integer', 0),
  deliver_subject: field('text', ''),
  deliver_group: field('text', ''),
  idle_heartbeat: field('duration', 0),
  inactive_threshold: field('duration', 0),
  num_replicas: field('integer', 0),
  mem_storage: field('flag', false),
  direct: field('flag', false),
  sourcing: field('flag', false, 14),
  metadata: field('labels', {}, 10),
  pause_until: field('time', null, 11),
  priority_groups: field('texts', [], 11),
  priority_policy: field(oneOf('none overflow pinned_client prioritized', { prioritized: 12 }), 'none', 11),
  priority_timeout: field('duration', 0, 11),
};

const subjectTransform: Fields = { src: field('text', ''), dest: field('text', '') };

const external: Fields = { api: field('text', ''), deliver: field('text', '') };

const streamSource: Fields = {
  name: field('text', ''),
  opt_start_seq: field('count', 0),
  opt_start_time: field('time', null),
  filter_subject: field('text', ''),
  subject_transforms: field('objects', [], 10),
  external: field('object', null),
  consumer: field('object', null, 14),
};

/** The members of fields that are objects, or lists of them, by the field's name wherever it stands. */
export const memberFields: Readonly<Record<string, Fields>> = {
  placement: { cluster: field('text', ''), tags: field('texts', []), preferred: field('text', '', 11) },
  mirror: streamSource,
  sources: streamSource,
  external,
  consumer: { name: field('text', ''), deliver_subject: field('text', '') },
  subject_transform: subjectTransform,
  subject_transforms: subjectTransform,
  republish: { ...subjectTransform, headers_only: field('flag', false) },
  consumer_limits: { inactive_threshold: field('duration', 0), max_ack_pending: field('integer', 0) },
};

export function fieldsOf(kind: ConfigurationKind): Fields {
  return kind === 'stream' ? streamFields : consumerFields;
}
