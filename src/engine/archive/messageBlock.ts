import type { Hash64 } from './highwayHash';
import { damaged } from './failure';
import { ItemReader } from './itemReader';
import { limits } from './limits';
import type { BlockIndex } from './blockIndex';
import type { SequenceSet } from './sequenceSet';

const hasHeadersBit = 0x8000_0000;
/** Flags in the upper half of a sequence: erased or skipped, and tombstone (servers from 2.10 on). */
const erasedBit = 0x8000_0000;
const tombstoneBit = 0x4000_0000;

const headSize = 22;
const hashSize = 8;
const smallestRecord = headSize + hashSize;

/** What the records of all blocks say together. */
export interface RecordTally {
  /** Sequences with a record that is not erased; tombstones are not applied to it. */
  live: SequenceSet;
  /** Sequences that a tombstone calls deleted, possibly in an earlier block. */
  tombstones: SequenceSet;
  /** Bytes of the live records as the file store counts them. */
  liveBytes: number;
  /** Nanoseconds since 1970 of the oldest and the newest live record, if there is one. */
  times?: { first: bigint; last: bigint };
  hasTombstones: boolean;
}

/** One block after its last record. */
export interface ScannedBlock {
  index: number;
  /** Bytes of the whole block. */
  size: number;
  /** The block's last eight bytes, zeros where it is empty: what an index must name to be trusted. */
  lastChecksum: Uint8Array;
  /** Live records of this block alone. */
  messages: number;
  bytes: number;
  /** Highest sequence that any record names, 0 where there is none. */
  lastSeq: bigint;
}

/**
 * Reads the records of one message block from slices of any size: each is checked against its HighwayHash-64 and added
 * to the tally, by the rules a server rebuilds a block by.
 */
export class MessageBlockScanner {
  private readonly items = new ItemReader((bytes, start, end) => this.readRecord(bytes, start, end), limits.record);
  private readonly lastChecksum = new Uint8Array(hashSize);
  private offset = 0;
  private messages = 0;
  private bytes = 0;
  /** Highest sequence so far of any record but tombstones, in two halves: what comes below is superseded. */
  private lastHigh = 0;
  private lastLow = 0;
  private tombstoneHigh = 0;
  private tombstoneLow = 0;
  /** Nanoseconds since 1970 of this block's oldest and newest live record, in two halves. */
  private firstTimeHigh = -1;
  private firstTimeLow = 0;
  private lastTimeHigh = 0;
  private lastTimeLow = 0;

  /**
   * @param key what {@link hashKeys.block} gives for this block
   * @param blockIndex of a 2.9 server: the deletes it names leave no other trace
   */
  constructor(
    private readonly index: number,
    private readonly key: Uint8Array,
    private readonly hash64: Hash64,
    private readonly tally: RecordTally,
    private readonly blockIndex: BlockIndex | undefined,
  ) {}

  /** Overwrites parts of `bytes`. @throws BackupError `archiveDamaged`, `limitExceeded` */
  write(bytes: Uint8Array): void {
    this.items.write(bytes);
  }

  /** @throws BackupError `archiveDamaged` where the block ends inside a record */
  end(): ScannedBlock {
    if (this.items.inItem) throw damaged(`the record at byte ${this.offset} passes the end of the block`);
    this.tellTimes();
    const last = join(this.lastHigh, this.lastLow);
    const tombstone = join(this.tombstoneHigh, this.tombstoneLow);
    return {
      index: this.index,
      size: this.offset,
      lastChecksum: this.lastChecksum,
      messages: this.messages,
      bytes: this.bytes,
      lastSeq: last > tombstone ? last : tombstone,
    };
  }

  private readRecord(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return -4;
    const word = read32(bytes, start);
    const size = word & ~hasHeadersBit;
    if (size < smallestRecord || size > limits.record) {
      throw damaged(`the record at byte ${this.offset} has the impossible length ${size}`);
    }
    if (end - start < size) return -size;
    const high = read32(bytes, start + 8);
    const low = read32(bytes, start + 4);
    const timeHigh = read32(bytes, start + 16);
    const timeLow = read32(bytes, start + 12);
    const hashed = this.closeGaps(bytes, start, size, (word & hasHeadersBit) !== 0);
    const hash = this.hash64(this.key, bytes.subarray(hashed, start + size - hashSize));
    for (let i = 0, at = start + size - hashSize; i < hashSize; i++) {
      if (hash[i] === bytes[at + i]) continue;
      const sequence = join(high & ~(erasedBit | tombstoneBit), low);
      throw damaged(`the record at byte ${this.offset}, sequence ${sequence}, does not match its checksum`);
    }
    this.lastChecksum.set(hash);
    if (this.count(high, low, size)) this.keepTime(timeHigh, timeLow);
    this.offset += size;
    return size;
  }

  /**
   * The hash is over sequence and time, subject, headers and body, without the length fields between them. These are
   * closed up in place, so that each record costs one call into WASM. Gives where the hashed bytes begin now.
   */
  private closeGaps(bytes: Uint8Array, start: number, size: number, hasHeaders: boolean): number {
    const subjectSize = bytes[start + 20]! | (bytes[start + 21]! << 8);
    const room = size - headSize - hashSize - subjectSize - (hasHeaders ? 4 : 0);
    if (room < 0) throw damaged(`the record at byte ${this.offset} has a subject that passes its end`);
    let gap = 2;
    if (hasHeaders) {
      if (read32(bytes, start + headSize + subjectSize) > room) {
        throw damaged(`the record at byte ${this.offset} has headers that pass its end`);
      }
      gap = 6;
      for (let i = start + headSize + subjectSize - 1; i >= start + headSize; i--) bytes[i + 4] = bytes[i]!;
    }
    for (let i = start + 19; i >= start + 4; i--) bytes[i + gap] = bytes[i]!;
    return start + 4 + gap;
  }

  /** @returns whether the record is live */
  private count(flagged: number, low: number, size: number): boolean {
    const high = (flagged & ~(erasedBit | tombstoneBit)) >>> 0;
    if ((flagged & tombstoneBit) !== 0) {
      this.tally.hasTombstones = true;
      this.tally.tombstones.add(high, low);
      if (isAbove(high, low, this.tombstoneHigh, this.tombstoneLow)) {
        this.tombstoneHigh = high;
        this.tombstoneLow = low;
      }
      return false;
    }
    // A sequence that does not rise was written again later: the server keeps the first.
    if (!isAbove(high, low, this.lastHigh, this.lastLow)) return false;
    this.lastHigh = high;
    this.lastLow = low;
    if ((flagged & erasedBit) !== 0 || this.blockIndex?.isDeleted(high, low) === true) return false;
    this.tally.live.add(high, low);
    this.tally.liveBytes += size;
    this.messages++;
    this.bytes += size;
    return true;
  }

  private keepTime(high: number, low: number): void {
    if (isAbove(high, low, this.lastTimeHigh, this.lastTimeLow)) {
      this.lastTimeHigh = high;
      this.lastTimeLow = low;
    }
    if (this.firstTimeHigh >= 0 && !isAbove(this.firstTimeHigh, this.firstTimeLow, high, low)) return;
    this.firstTimeHigh = high;
    this.firstTimeLow = low;
  }

  private tellTimes(): void {
    if (this.firstTimeHigh < 0) return;
    const first = join(this.firstTimeHigh, this.firstTimeLow);
    const last = join(this.lastTimeHigh, this.lastTimeLow);
    const { times } = this.tally;
    this.tally.times = {
      first: times !== undefined && times.first < first ? times.first : first,
      last: times !== undefined && times.last > last ? times.last : last,
    };
  }
}

function isAbove(high: number, low: number, thanHigh: number, thanLow: number): boolean {
  return high > thanHigh || (high === thanHigh && low > thanLow);
}

function join(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low);
}

function read32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
