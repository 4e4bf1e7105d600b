import assert from 'node:assert/strict';
import type { NatsConnection } from 'nats';

const second = 1_000_000_000;

interface Reply {
  error?: { code: number; err_code: number; description: string };
}

/** Sends a request of the JetStream API as it is. */
export async function askServer(nc: NatsConnection, subject: string, request: object): Promise<Reply> {
  const reply = await nc.request(`$JS.API.${subject}`, JSON.stringify(request), { timeout: 20_000 });
  return reply.json();
}

/** Streams, and consumers of ORDERS, that use nearly every field that nats-server 2.minor knows. */
export async function makeRichStreams(nc: NatsConnection, minor: number): Promise<void> {
  const from = (since: number, fields: object) => (minor >= since ? fields : {});
  const streams: ({ name: string } & Record<string, unknown>)[] = [
    {
      name: 'RICH',
      description: 'with all that it can have',
      subjects: ['rich.>', 'richer'],
      max_consumers: 20,
      max_msgs: 9007199254740000,
      max_bytes: 1 << 30,
      max_age: 86_400 * second,
      max_msgs_per_subject: 100,
      max_msg_size: 65_536,
      discard: 'new',
      discard_new_per_subject: true,
      no_ack: true,
      duplicate_window: 60 * second,
      republish: { src: 'rich.>', dest: 'again.>', headers_only: true },
      allow_direct: true,
      deny_delete: true,
      ...from(10, {
        compression: 's2',
        first_seq: 1000,
        subject_transform: { src: 'rich.>', dest: 'rich.>' },
        consumer_limits: { inactive_threshold: 3600 * second, max_ack_pending: 500 },
        metadata: { owner: 'tests' },
      }),
      ...from(11, { allow_msg_ttl: true, subject_delete_marker_ttl: 60 * second }),
      ...from(14, { allow_batched: true }),
    },
    { name: 'QUEUE', subjects: ['queue.>'], retention: 'workqueue', storage: 'memory' },
    { name: 'PLAIN', subjects: ['plain'], retention: 'interest', ...from(12, { persist_mode: 'async' }) },
    {
      name: 'SOURCED',
      sources: [
        { name: 'ORDERS', opt_start_seq: 3, filter_subject: 'orders.new.1' },
        {
          name: 'FAR',
          opt_start_time: '2026-01-01T00:00:00Z',
          external: { api: '$JS.far.API', deliver: 'far.deliver' },
          ...from(10, { subject_transforms: [{ src: 'far.>', dest: 'near.>' }] }),
        },
      ],
      ...from(12, { allow_atomic: true }),
    },
    { name: 'MIRROR', mirror: { name: 'EVENTS' }, mirror_direct: true },
    { name: 'SEALED', subjects: ['sealed'] },
    ...(minor >= 12 ? [{ name: 'LATER', subjects: ['later.>'], allow_msg_schedules: true }] : []),
    ...(minor >= 12 ? [{ name: 'COUNTS', subjects: ['counts.>'], allow_msg_counter: true, allow_direct: true }] : []),
  ];
  for (const stream of streams) await make(nc, `STREAM.CREATE.${stream.name}`, stream);
  await make(nc, 'STREAM.UPDATE.SEALED', { name: 'SEALED', subjects: ['sealed'], sealed: true });
  const consumers: ({ durable_name: string } & Record<string, unknown>)[] = [
    {
      durable_name: 'PULL',
      description: 'pulls',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: 12_345,
      ack_policy: 'explicit',
      max_deliver: 5,
      backoff: [second, 5 * second, 30 * second],
      filter_subject: 'orders.>',
      sample_freq: '30%',
      max_waiting: 100,
      max_ack_pending: 50,
      headers_only: true,
      max_batch: 10,
      max_expires: 60 * second,
      max_bytes: 1 << 20,
      inactive_threshold: 86_400 * second,
      num_replicas: 1,
      mem_storage: true,
      ...from(10, { metadata: { owner: 'tests' } }),
      ...from(11, { priority_groups: ['jobs'], priority_policy: 'pinned_client', priority_timeout: 60 * second }),
    },
    {
      durable_name: 'PUSH',
      deliver_policy: 'by_start_time',
      opt_start_time: '2026-01-01T12:00:00.123456789+01:00',
      ack_policy: 'all',
      ack_wait: 10 * second,
      replay_policy: 'original',
      rate_limit_bps: 1_000_000,
      flow_control: true,
      idle_heartbeat: 5 * second,
      deliver_subject: 'pushed.here',
      deliver_group: 'workers',
      ...from(10, { filter_subjects: ['orders.new.1', 'orders.new.2'] }),
      ...from(11, { pause_until: '2030-01-01T00:00:00Z' }),
    },
    ...(minor >= 14
      ? [
          {
            durable_name: 'FEED',
            ack_policy: 'flow_control',
            deliver_subject: 'fed.here',
            flow_control: true,
            idle_heartbeat: second,
            max_ack_pending: 100,
            sourcing: true,
          },
        ]
      : []),
  ];
  for (const config of consumers) {
    await make(nc, `CONSUMER.DURABLE.CREATE.ORDERS.${config.durable_name}`, { stream_name: 'ORDERS', config });
  }
}

async function make(nc: NatsConnection, subject: string, request: object): Promise<void> {
  const { error } = await askServer(nc, subject, request);
  assert.equal(error, undefined, `${subject}: ${JSON.stringify(error)}`);
}
