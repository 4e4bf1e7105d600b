import type { ConsumerPosition } from '../model';
import { damaged } from './failure';
import { VarintReader } from './varint';

const magic = 22;
const flagBit = 1n << 63n;

/**
 * Reads a consumer's `o.dat`, version 1 or 2. It holds no checksum: what can be proved is that every number in it can be
 * read and that nothing follows.
 *
 * @throws BackupError `archiveDamaged`
 */
export function readConsumerState(bytes: Uint8Array): ConsumerPosition {
  const version = bytes[1];
  if (bytes[0] !== magic || (version !== 1 && version !== 2)) throw damaged('it does not begin as a consumer state');
  const reader = new VarintReader().at(bytes, 2, bytes.length);
  const skip = (count: number): void => {
    for (let i = 0; i < count; i++) if (!reader.read()) throw damaged('it ends inside a number');
  };
  const next = (): bigint => {
    skip(1);
    return reader.bigint;
  };

  const ackFloor = { consumer: next(), stream: next() };
  const delivered = { consumer: next(), stream: next() };
  if (version === 1) {
    // Version 1 wrote what comes next, counted from the ack floor.
    if (ackFloor.consumer > 1n) delivered.consumer += ackFloor.consumer - 1n;
    if (ackFloor.stream > 1n) delivered.stream += ackFloor.stream - 1n;
  }
  if (((ackFloor.stream | delivered.stream) & flagBit) !== 0n) throw damaged('its sequences are impossible');

  const ackPending = countOf(next(), bytes.length);
  if (ackPending > 0) skip(1 + ackPending * (version === 1 ? 2 : 3));
  const redelivered = countOf(next(), bytes.length);
  skip(2 * redelivered);
  if (reader.position !== bytes.length) throw damaged('it has bytes after its end');
  return { delivered, ackFloor, ackPending, redelivered };
}

/** Every entry takes two bytes or more, so a count beyond the file's size is never true. */
function countOf(value: bigint, fileSize: number): number {
  if (value > BigInt(fileSize)) throw damaged('it names more entries than it can hold');
  return Number(value);
}
