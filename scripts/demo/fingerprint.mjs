import { createHash } from 'node:crypto';

/**
 * @typedef {object} Fingerprint what one stream holds, read back from the server
 * @property {number} messages
 * @property {number} bytes
 * @property {number} firstSeq
 * @property {number} lastSeq
 * @property {number} deleted messages missing between the first and the last
 * @property {string} sha256 over every message's sequence, time, subject, headers and body
 * @property {string[]} consumers each with its ack floor and what is pending
 */

/**
 * Reads a whole stream back, message by message.
 * @param {import('nats').NatsConnection} nc
 * @param {string} stream
 * @returns {Promise<Fingerprint>}
 */
export async function fingerprintOf(nc, stream) {
  const manager = await nc.jetstreamManager();
  const { state } = await manager.streams.info(stream, { deleted_details: true });
  const deleted = new Set(state.deleted ?? []);
  const hash = createHash('sha256');
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    if (deleted.has(seq)) continue;
    const message = await manager.streams.getMessage(stream, { seq });
    const head = message.header === undefined ? '' : [...message.header].map(([name, all]) => `${name}=${all.join()}`);
    hash.update(JSON.stringify([seq, message.timestamp, message.subject, head])).update(message.data);
  }
  const consumers = [];
  for await (const info of manager.consumers.list(stream)) {
    const { ack_floor: floor, num_ack_pending: unacknowledged, num_pending: pending } = info;
    const figures = `ack floor ${floor.stream_seq}, ${unacknowledged} unacknowledged, ${pending} to come`;
    consumers.push(`${info.name}: ${figures}`);
  }
  return {
    messages: state.messages,
    bytes: state.bytes,
    firstSeq: state.first_seq,
    lastSeq: state.last_seq,
    deleted: deleted.size,
    sha256: hash.digest('hex'),
    consumers: consumers.sort(),
  };
}
