import { AckPolicy, connect, headers, StorageType, type JetStreamManager, type NatsConnection } from 'nats';

/** Fills streams the way a user's own programs would, so that a backup has every kind of thing to keep. */
export async function makeSampleStreams(
  url: string,
  credentials: { user?: string; pass?: string } = {},
): Promise<void> {
  const make = async (nc: NatsConnection, jsm: JetStreamManager) => {
    await makeOrders(nc, jsm);
    await makeEvents(nc, jsm);
    await makeBucket(nc);
  };
  await withClient(url, make, credentials);
}

/** ORDERS: 500 messages; durable NEW with acknowledged and pending ones, durable DISPATCH never asked. */
async function makeOrders(nc: NatsConnection, jsm: JetStreamManager): Promise<void> {
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], storage: StorageType.File });
  const js = nc.jetstream();
  for (let id = 1; id <= 500; id += 1) {
    await js.publish(`orders.new.${id % 7}`, `order ${id} ${'x'.repeat(id)}`);
  }
  await jsm.consumers.add('ORDERS', {
    durable_name: 'NEW',
    ack_policy: AckPolicy.Explicit,
    filter_subject: 'orders.>',
  });
  await jsm.consumers.add('ORDERS', { durable_name: 'DISPATCH', ack_policy: AckPolicy.Explicit, max_deliver: 5 });
  const consumer = await js.consumers.get('ORDERS', 'NEW');
  const batch = await consumer.fetch({ max_messages: 40, expires: 2000 });
  for await (const message of batch) {
    // Acknowledged up to 20 and every second one after: an ack floor, and holes above it.
    if (message.seq <= 20 || message.seq % 2 === 0) await message.ackAck();
  }
}

/** EVENTS: headers, empty bodies, message ids, and deleted messages in the middle and at the end. */
async function makeEvents(nc: NatsConnection, jsm: JetStreamManager): Promise<void> {
  await jsm.streams.add({ name: 'EVENTS', subjects: ['events.*'], storage: StorageType.File });
  const js = nc.jetstream();
  for (let id = 1; id <= 60; id += 1) {
    const values = headers();
    values.set('Trace', `trace-${id}`);
    values.append('Tag', 'a');
    values.append('Tag', 'b');
    const body = id % 5 === 0 ? '' : `event ${id}`;
    await js.publish(`events.${id % 3}`, body, { headers: values, msgID: `id-${id}` });
  }
  for (const seq of [1, 17, 18, 19, 33, 60]) await jsm.streams.deleteMessage('EVENTS', seq);
}

/** A key-value bucket with history, a deleted and a purged key. */
async function makeBucket(nc: NatsConnection): Promise<void> {
  const bucket = await nc.jetstream().views.kv('settings', { history: 3 });
  for (let round = 1; round <= 5; round += 1) {
    for (const key of ['colour', 'size', 'weight']) await bucket.put(key, `${key} ${round}`);
  }
  await bucket.delete('size');
  await bucket.purge('weight');
}

/** One message as a reader sees it. */
export interface ReadMessage {
  seq: number;
  subject: string;
  time: string;
  headers: string;
  body: string;
}

interface Sequences {
  consumer: number;
  stream: number;
}

/** Everything of a stream that a restore must bring back. */
export interface ReadStream {
  messages: ReadMessage[];
  firstSeq: number;
  lastSeq: number;
  consumers: { name: string; ackFloor: Sequences; delivered: Sequences; ackPending: number; pending: number }[];
}

/** Reads every message of a stream one by one, and where each consumer stands. */
export async function readStream(url: string, stream: string): Promise<ReadStream> {
  return await withClient(url, async (_, jsm) => {
    const { state } = await jsm.streams.info(stream);
    const messages: ReadMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const found = await jsm.streams.getMessage(stream, { seq }).catch(() => undefined);
      if (found === undefined) continue;
      const { subject, timestamp, data, header } = found;
      const text = Buffer.from(data).toString('base64');
      messages.push({
        seq,
        subject,
        time: timestamp,
        headers: header
          .keys()
          .map((key) => `${key}: ${header.values(key).join(', ')}`)
          .join('\n'),
        body: text,
      });
    }
    const consumers = await jsm.consumers.list(stream).next();
    return {
      messages,
      firstSeq: state.first_seq,
      lastSeq: state.last_seq,
      consumers: consumers
        .map((info) => ({
          name: info.name,
          ackFloor: sequences(info.ack_floor),
          delivered: sequences(info.delivered),
          ackPending: info.num_ack_pending,
          pending: info.num_pending,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  });
}

export async function deleteStream(url: string, stream: string): Promise<void> {
  await withClient(url, async (_, jsm) => void (await jsm.streams.delete(stream)));
}

/** Runs `body` with a client of its own, closed whatever happens. */
export async function withClient<T>(
  url: string,
  body: (nc: NatsConnection, jsm: JetStreamManager) => Promise<T>,
  credentials: { user?: string; pass?: string } = {},
): Promise<T> {
  const nc = await connect({ servers: url, ...credentials });
  try {
    return await body(nc, await nc.jetstreamManager());
  } finally {
    await nc.close();
  }
}

/** Without the time of last activity, which no backup keeps. */
function sequences(pair: { consumer_seq: number; stream_seq: number }): Sequences {
  return { consumer: pair.consumer_seq, stream: pair.stream_seq };
}
