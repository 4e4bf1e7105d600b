import assert from 'node:assert/strict';
import { AckPolicy, DeliverPolicy, headers, StorageType, type NatsConnection } from 'nats';
import { eventually } from './eventually';
import { withClient } from './sampleStreams';

/** Streams that a tree must tell apart, with a consumer of every kind on ORDERS. */
export async function makeStreamsOfEveryKind(url: string, credentials: { user: string; pass: string }): Promise<void> {
  await withClient(url, makeStreams, credentials);
}

async function makeStreams(nc: NatsConnection): Promise<void> {
  const jsm = await nc.jetstreamManager();
  const js = nc.jetstream();
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
  const values = headers();
  values.set('Trace', 'trace-1');
  for (let id = 1; id <= 1200; id += 1) nc.publish(`orders.${id % 7}`, 'x'.repeat(200), { headers: values });
  await nc.flush();
  await jsm.consumers.add('ORDERS', { durable_name: 'DISPATCH', ack_policy: AckPolicy.Explicit });
  await jsm.consumers.add('ORDERS', {
    durable_name: 'PUSHED',
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.New,
    deliver_subject: 'pushed.orders',
  });
  await jsm.consumers.add('ORDERS', { name: 'passing', ack_policy: AckPolicy.Explicit, inactive_threshold: 600e9 });
  // Five are taken and not acknowledged.
  const dispatch = await js.consumers.get('ORDERS', 'DISPATCH');
  const taken = (await dispatch.fetch({ max_messages: 5, expires: 2_000 }))[Symbol.asyncIterator]();
  for (let count = 0; count < 5; count += 1) await taken.next();
  await jsm.streams.add({ name: 'CACHE', subjects: ['cache.>'], storage: StorageType.Memory });
  await js.publish('cache.1', 'one');
  await jsm.streams.add({ name: 'ORDERS_COPY', mirror: { name: 'ORDERS' } });
  await jsm.streams.add({ name: 'TOGETHER', sources: [{ name: 'ORDERS' }, { name: 'CACHE' }] });
  await jsm.streams.add({ name: 'YEAR_2025', subjects: ['year.2025'] });
  await js.publish('year.2025', 'closed');
  const sealed = { ...(await jsm.streams.info('YEAR_2025')).config, sealed: true };
  await jsm.streams.update('YEAR_2025', sealed);
  await eventually(async () => {
    assert.equal((await jsm.streams.info('ORDERS_COPY')).state.messages, 1_200);
    assert.equal((await jsm.streams.info('TOGETHER')).state.messages, 1_201);
  });
  await (await js.views.kv('settings')).put('colour', 'blue');
  await (await js.views.os('photos')).putBlob({ name: 'sky.jpg' }, new Uint8Array(300_000));
}

/** Many small streams in memory, made side by side. */
export async function makeManyStreams(
  url: string,
  count: number,
  credentials: { user: string; pass: string },
): Promise<void> {
  await withClient(
    url,
    async (_, jsm) => {
      const names = Array.from({ length: count }, (_, index) => `S${String(index).padStart(4, '0')}`);
      const storage = StorageType.Memory;
      const lane = async () => {
        for (let name = names.pop(); name !== undefined; name = names.pop()) {
          await jsm.streams.add({ name, subjects: [name.toLowerCase()], storage });
        }
      };
      await Promise.all(Array.from({ length: 32 }, lane));
    },
    credentials,
  );
}
