import { AckPolicy, headers, RetentionPolicy, StorageType } from 'nats';

const orders = 1_200;
const audits = 300;

/**
 * Fills an empty server: ORDERS with the durable consumers NEW and DISPATCH, both in the middle of their work; AUDIT
 * with headers and deleted messages; the key-value bucket `settings`.
 * @param {import('nats').NatsConnection} nc
 */
export async function makeSampleData(nc) {
  await makeOrders(nc);
  await makeAudit(nc);
  const bucket = await nc.jetstream().views.kv('settings', { history: 5, storage: StorageType.File });
  await bucket.put('theme', 'dark');
  await bucket.put('theme', 'light');
  await bucket.put('region', 'eu-west');
  await bucket.delete('region');
  await bucket.put('currency', 'EUR');
}

/** @param {import('nats').NatsConnection} nc */
async function makeOrders(nc) {
  const manager = await nc.jetstreamManager();
  await manager.streams.add({
    name: 'ORDERS',
    description: 'Orders of a small shop',
    subjects: ['orders.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
  });
  for (const { durable_name, filter_subject } of [
    { durable_name: 'NEW', filter_subject: 'orders.new.>' },
    { durable_name: 'DISPATCH', filter_subject: 'orders.dispatch.>' },
  ]) {
    await manager.consumers.add('ORDERS', { durable_name, filter_subject, ack_policy: AckPolicy.Explicit });
  }
  const js = nc.jetstream();
  await inBatches(orders, (number) => {
    const subject = `orders.${number % 3 === 0 ? 'dispatch' : 'new'}.${number % 2 === 0 ? 'eu' : 'us'}`;
    return js.publish(
      subject,
      JSON.stringify({ order: number, total: number * 1.25, items: 'tea '.repeat(number % 40) }),
    );
  });
  await work(js, 'NEW', 300, 25);
  await work(js, 'DISPATCH', 120, 10);
}

/**
 * Acknowledges some messages of a consumer and takes more that stay unacknowledged.
 * @param {import('nats').JetStreamClient} js
 * @param {string} name
 * @param {number} done
 * @param {number} open
 */
async function work(js, name, done, open) {
  const consumer = await js.consumers.get('ORDERS', name);
  let taken = 0;
  for await (const message of await consumer.fetch({ max_messages: done + open, expires: 5_000 })) {
    if (++taken <= done) await message.ackAck();
  }
}

/** @param {import('nats').NatsConnection} nc */
async function makeAudit(nc) {
  const manager = await nc.jetstreamManager();
  await manager.streams.add({ name: 'AUDIT', subjects: ['audit.*'], storage: StorageType.File });
  const js = nc.jetstream();
  await inBatches(audits, (number) => {
    const head = headers();
    head.set('Nats-Msg-Id', `audit-${number}`);
    head.append('Trace', `a${number}`);
    head.append('Trace', `b${number}`);
    return js.publish('audit.login', `user ${number} logged in`, { headers: head });
  });
  for (let sequence = 10; sequence <= audits; sequence += 10) await manager.streams.deleteMessage('AUDIT', sequence);
}

/**
 * @param {number} count
 * @param {(number: number) => Promise<unknown>} make
 */
async function inBatches(count, make) {
  for (let first = 1; first <= count; first += 100) {
    const numbers = Array.from({ length: Math.min(100, count - first + 1) }, (_, index) => first + index);
    await Promise.all(numbers.map(make));
  }
}
