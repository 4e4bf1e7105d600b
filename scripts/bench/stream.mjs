import { randomBytes } from 'node:crypto';
import { StorageType } from 'nats';

const name = 'BENCH';
/** Bodies are cut from this: half of them compress well, half not at all. */
const poolBytes = 64 * 1024 * 1024;
/** What is published before the server is asked whether it has kept up. */
const batchBytes = 8 * 1024 * 1024;

/**
 * Makes a stream of so many MiB of bodies.
 * @param {import('nats').NatsConnection} nc
 * @param {{ megabytes: number, messageSize: number }} options
 * @returns {Promise<{ name: string, messages: number, bytes: number, remove: () => Promise<unknown> }>} `bytes` as the
 *   server counts them
 */
export async function makeStream(nc, { megabytes, messageSize }) {
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name, subjects: ['bench.*'], storage: StorageType.File });
  const count = Math.ceil((megabytes * 1024 * 1024) / messageSize);
  const random = randomBytes(poolBytes);
  const text = Buffer.alloc(messageSize, 'one order of many, ');
  const perBatch = Math.max(1, Math.floor(batchBytes / messageSize));
  for (let at = 0; at < count; at++) {
    const offset = (at * messageSize * 7) % (poolBytes - messageSize);
    nc.publish(`bench.${at % 100}`, at % 2 === 0 ? random.subarray(offset, offset + messageSize) : text);
    if (at % perBatch === perBatch - 1 || at === count - 1) await stored(jsm, at + 1);
  }
  const { state } = await jsm.streams.info(name);
  return { name, messages: state.messages, bytes: state.bytes, remove: () => jsm.streams.delete(name) };
}

/**
 * Publishing without an answer to each message is fast, and the server says how far it is.
 * @param {import('nats').JetStreamManager} jsm
 * @param {number} count
 */
async function stored(jsm, count) {
  for (;;) {
    const { state } = await jsm.streams.info(name);
    if (state.messages >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
