/** What an integer of a configuration counts. */
export type FieldUnit =
  | 'nanoseconds'
  | 'bytes'
  | 'bits per second'
  | 'sequence'
  | 'messages'
  | 'consumers'
  | 'deliveries'
  | 'requests'
  | 'servers';

export interface FieldMeaning {
  unit: FieldUnit;
  /** What single values mean that are no quantity, by their decimal digits. */
  special: Readonly<Record<string, string>>;
}

type Table = Readonly<Record<string, FieldMeaning>>;

const meaning = (unit: FieldUnit, special: Record<string, string> = {}): FieldMeaning => ({ unit, special });

/** Server 2.9 and later make -1 of 0 here. */
const unlimited = { '-1': 'unlimited', '0': 'unlimited' };
const noLimit = { '-1': 'no limit', '0': 'no limit' };

const firstOfAll = { '0': 'the first that there is' };

/** Fields of a stream's configuration that are integers. Members of members are `outer.inner`, also in lists. */
export const streamFieldUnits: Table = {
  max_consumers: meaning('consumers', unlimited),
  max_msgs: meaning('messages', unlimited),
  max_bytes: meaning('bytes', unlimited),
  max_age: meaning('nanoseconds', { '0': 'unlimited' }),
  max_msgs_per_subject: meaning('messages', unlimited),
  max_msg_size: meaning('bytes', unlimited),
  num_replicas: meaning('servers', { '0': '1 server' }),
  duplicate_window: meaning('nanoseconds', { '0': "the server's default: 2 min, or max_age where that is shorter" }),
  'mirror.opt_start_seq': meaning('sequence', firstOfAll),
  'sources.opt_start_seq': meaning('sequence', firstOfAll),
  first_seq: meaning('sequence', { '0': 'begins with 1' }),
  'consumer_limits.inactive_threshold': meaning('nanoseconds', { '0': 'no limit' }),
  'consumer_limits.max_ack_pending': meaning('messages', noLimit),
  subject_delete_marker_ttl: meaning('nanoseconds', { '0': 'no markers' }),
};

/** The same of a consumer's configuration. */
export const consumerFieldUnits: Table = {
  opt_start_seq: meaning('sequence', { '0': 'none' }),
  ack_wait: meaning('nanoseconds', { '0': "the server's default: 30 s where messages are acknowledged" }),
  max_deliver: meaning('deliveries', unlimited),
  backoff: meaning('nanoseconds', { '0': 'at once' }),
  rate_limit_bps: meaning('bits per second', { '0': 'unlimited' }),
  max_waiting: meaning('requests', { '0': "the server's default: 512 for a pull consumer" }),
  max_ack_pending: meaning('messages', {
    '-1': 'unlimited',
    '0': "the server's default: 1,000 where messages are acknowledged",
  }),
  max_batch: meaning('messages', { '0': 'unlimited' }),
  max_expires: meaning('nanoseconds', { '0': 'unlimited' }),
  max_bytes: meaning('bytes', { '0': 'unlimited' }),
  idle_heartbeat: meaning('nanoseconds', { '0': 'no heartbeat' }),
  inactive_threshold: meaning('nanoseconds', { '0': 'a durable consumer is not removed for being idle' }),
  num_replicas: meaning('servers', { '0': "as many as the stream's" }),
  priority_timeout: meaning('nanoseconds', { '0': "the server's default: 2 min" }),
};
