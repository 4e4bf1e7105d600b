import type { JsonValue } from '../model';
import { isObject } from './differences';

type FieldType = 'text' | 'number' | 'flag' | 'texts' | 'numbers' | 'object' | 'objects';

const names: Readonly<Record<FieldType, string>> = {
  text: 'a text in quotes',
  number: 'a whole number',
  flag: 'true or false',
  texts: 'a list of texts',
  numbers: 'a list of whole numbers',
  object: 'an object',
  objects: 'a list of objects',
};

/** Fields of `StreamConfig` in nats-server 2.15.2 by their type; what is not here is not looked at. */
const streamFields: Partial<Record<FieldType, string>> = {
  text: 'description retention discard storage compression persist_mode template_owner',
  number: `max_consumers max_msgs max_bytes max_age max_msgs_per_subject max_msg_size num_replicas duplicate_window
    first_seq subject_delete_marker_ttl`,
  flag: `no_ack allow_direct mirror_direct discard_new_per_subject sealed deny_delete deny_purge allow_rollup_hdrs
    allow_msg_ttl allow_msg_counter allow_atomic allow_msg_schedules allow_batched`,
  texts: 'subjects',
  object: 'placement mirror subject_transform republish consumer_limits metadata',
  objects: 'sources',
};

/** The same for `ConsumerConfig`. */
const consumerFields: Partial<Record<FieldType, string>> = {
  text: `description deliver_policy opt_start_time ack_policy filter_subject replay_policy sample_freq deliver_subject
    deliver_group pause_until priority_policy`,
  number: `opt_start_seq ack_wait max_deliver rate_limit_bps max_waiting max_ack_pending max_batch max_expires max_bytes
    idle_heartbeat inactive_threshold num_replicas priority_timeout`,
  flag: 'flow_control headers_only mem_storage direct',
  texts: 'filter_subjects priority_groups',
  numbers: 'backoff',
  object: 'metadata',
};

const types = { stream: byField(streamFields), consumer: byField(consumerFields) } as const;

/**
 * What a field must hold, to complete "must be", where `value` is of another type; else undefined. Values of the right
 * type that mean nothing are the server's to refuse.
 */
export function wantedType(
  kind: 'stream' | 'consumer',
  field: string,
  value: JsonValue | undefined,
): string | undefined {
  const type = types[kind].get(field);
  // Go takes null for the zero value of any type.
  if (type === undefined || value === undefined || value === null) return undefined;
  return isOf(type, value) ? undefined : names[type];
}

function isOf(type: FieldType, value: JsonValue): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'object':
      return isObject(value);
    case 'texts':
      return Array.isArray(value) && value.every((each) => isOf('text', each));
    case 'numbers':
      return Array.isArray(value) && value.every((each) => isOf('number', each));
    case 'objects':
      return Array.isArray(value) && value.every((each) => isOf('object', each));
  }
}

function byField(fields: Partial<Record<FieldType, string>>): ReadonlyMap<string, FieldType> {
  const pairs = Object.entries(fields) as [FieldType, string][];
  return new Map(pairs.flatMap(([type, list]) => list.split(/\s+/).map((field) => [field, type] as const)));
}
