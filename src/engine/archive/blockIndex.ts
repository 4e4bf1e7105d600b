import { damaged } from './failure';
import { SequenceSet } from './sequenceSet';
import { VarintReader } from './varint';

const magic = 22;
const version = 1;
const checksumSize = 8;
/** Readers of a server take this flag off every number. */
const erasedBit = 1n << 63n;

/** A block's `N.idx` of a 2.9 server: the only place where that server notes interior deletes. */
export class BlockIndex {
  private readonly firstHigh: number;
  private readonly firstLow: number;

  constructor(
    readonly messages: bigint,
    readonly bytes: bigint,
    readonly firstSeq: bigint,
    readonly lastSeq: bigint,
    /** The last eight bytes of the block when this was written. */
    readonly checksum: Uint8Array,
    private readonly deleted: SequenceSet,
  ) {
    this.firstHigh = Number(firstSeq >> 32n);
    this.firstLow = Number(firstSeq & 0xffff_ffffn);
  }

  /** Whether the server takes a record of this sequence as gone; so also where the block is newer than its index. */
  isDeleted(high: number, low: number): boolean {
    if (high < this.firstHigh || (high === this.firstHigh && low < this.firstLow)) return true;
    return this.deleted.has(high, low);
  }
}

/**
 * Reads a whole `N.idx`. `undefined` where its own numbers do not agree: the server then rebuilds the block instead.
 *
 * @throws BackupError `archiveDamaged` where it is no index at all
 */
export function readBlockIndex(bytes: Uint8Array): BlockIndex | undefined {
  if (bytes[0] !== magic || bytes[1] !== version) throw damaged('it does not begin as a block index');
  const reader = new VarintReader().at(bytes, 2, bytes.length);
  const next = (): bigint => {
    if (!reader.read()) throw damaged('it ends inside a number');
    return reader.bigint & ~erasedBit;
  };
  const messages = next();
  const size = next();
  const firstSeq = next();
  next();
  const lastSeq = next();
  next();
  const deletedCount = next();
  const checksumAt = reader.position;
  if (checksumAt + checksumSize > bytes.length) throw damaged('it ends before its checksum');
  reader.at(bytes, checksumAt + checksumSize, bytes.length);
  const deleted = new SequenceSet();
  // The server counts before it drops what lies before the first message, so that fewer may follow than were counted.
  for (let i = 0n; i < deletedCount && reader.read(); i++) {
    const seq = firstSeq + reader.bigint;
    deleted.add(Number(seq >> 32n), Number(seq & 0xffff_ffffn));
  }
  if (messages !== lastSeq - firstSeq + 1n - deletedCount) return undefined;
  const checksum = bytes.slice(checksumAt, checksumAt + checksumSize);
  return new BlockIndex(messages, size, firstSeq, lastSeq, checksum, deleted);
}
