/** The known members of a JSON object in the order they are written in; a member with members of its own has a shape. */
export interface Shape {
  readonly [key: string]: Shape;
}

/** A plain value, or an object of which nothing is known: its members are sorted. */
const value: Shape = {};

function fields(names: string, nested: Shape = {}): Shape {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, nested[name] ?? value]),
  );
}

const subjectTransform = fields('src dest');

const streamSource = fields('name opt_start_seq opt_start_time filter_subject subject_transforms external consumer', {
  subject_transforms: subjectTransform,
  external: fields('api deliver'),
  consumer: fields('name deliver_subject'),
});

/** `StreamConfig` as nats-server 2.15.2 declares it, with `template_owner` where 2.9 had it. */
export const streamConfigOrder: Shape = fields(
  `name description subjects retention max_consumers max_msgs max_bytes max_age max_msgs_per_subject max_msg_size
   discard storage num_replicas no_ack template_owner duplicate_window placement mirror sources compression first_seq
   subject_transform republish allow_direct mirror_direct discard_new_per_subject sealed deny_delete deny_purge
   allow_rollup_hdrs consumer_limits allow_msg_ttl subject_delete_marker_ttl allow_msg_counter allow_atomic
   allow_msg_schedules persist_mode allow_batched metadata`,
  {
    placement: fields('cluster tags preferred'),
    mirror: streamSource,
    sources: streamSource,
    subject_transform: subjectTransform,
    republish: fields('src dest headers_only'),
    consumer_limits: fields('inactive_threshold max_ack_pending'),
  },
);

/** `ConsumerConfig` as nats-server 2.15.2 declares it (2.9 had `idle_heartbeat` elsewhere, and no field that is gone). */
export const consumerConfigOrder: Shape = fields(
  `durable_name name description deliver_policy opt_start_seq opt_start_time ack_policy ack_wait max_deliver backoff
   filter_subject filter_subjects replay_policy rate_limit_bps sample_freq max_waiting max_ack_pending flow_control
   headers_only max_batch max_expires max_bytes deliver_subject deliver_group idle_heartbeat inactive_threshold
   num_replicas mem_storage direct sourcing metadata pause_until priority_groups priority_policy priority_timeout`,
);
