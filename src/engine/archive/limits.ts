import { BackupError } from '../errors';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a value inside an archive may be at most. Asked before anything is allocated for it. */
export const limits = {
  /** Bytes of one S2 block before compression: what a server's own reader takes. */
  s2Block: 4 * MiB,
  /** Bytes of one S2 block before compression inside a Snappy stream. */
  snappyBlock: 64 * KiB,
  /** Bytes of one compressed S2 block: the size that incompressible input of {@link limits.s2Block} grows to, rounded up. */
  s2Compressed: 5 * MiB,
  /** Bytes of the extended header in front of a tar entry; servers write under 400. */
  paxHeader: 64 * KiB,
  /** Bytes of a stream's or a consumer's `meta.inf`, of `errors.txt` and of `state.json`. */
  metadata: 16 * MiB,
  /** Bytes of a consumer's `o.dat` or V2 entry, which grows with its pending messages. */
  consumer: 256 * MiB,
  /** Bytes of a block's `N.idx`, which grows with its deleted messages. */
  blockIndex: 64 * MiB,
  /** Bytes of one record in a message block: the server's own bound. */
  record: 32 * MiB,
  /** Bytes of one message in V2, which may come from memory, where that bound does not hold. Nothing is kept of it. */
  message: 1024 * MiB,
  /** Bytes of the name of a V2 entry: the server's own bound. */
  entryName: 1 * MiB,
  /** Bytes of one subject in `index.db`. */
  subject: 64 * KiB,
  /** Consumers of one stream. */
  consumers: 1_000_000,
} as const;

/**
 * Gives `value` back if it is an integer from 0 to `max`.
 *
 * @throws BackupError `limitExceeded`
 */
export function withinLimit(value: number, max: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw new BackupError('limitExceeded', `${what} is ${value}, at most ${max} is allowed`);
}
