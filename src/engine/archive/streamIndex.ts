import { damaged } from './failure';
import type { HighwayHash, RunningHash } from './highwayHash';
import { ItemReader } from './itemReader';
import { limits, withinLimit } from './limits';
import { SequenceSet } from './sequenceSet';
import { VarintReader } from './varint';

const magic = 11;
/** Versions of servers: 1 is 2.10, 2 is 2.11, 3 is 2.12, 4 is 2.14 and 2.15. */
const newestVersion = 4;
const hashSize = 8;
/** Magic, version and six numbers; a block's entry has nine numbers at most; all others are smaller. */
const largestItem = 600;
const deletedMagic = 22;
/** Bitmap words of a node, by version of the deleted set. */
const deletedWords: Readonly<Record<number, number>> = { 1: 64, 2: 32 };

/** One block as the index describes it. */
export interface IndexedBlock {
  index: number;
  bytes: bigint;
  firstSeq: bigint;
  lastSeq: bigint;
  deleted: bigint;
}

/** What `index.db` says. */
export interface StreamIndex {
  messages: bigint;
  bytes: bigint;
  firstSeq: bigint;
  lastSeq: bigint;
  blocks: IndexedBlock[];
  /** Deleted sequences inside the ranges of all blocks. */
  deleted: SequenceSet;
  lastBlock: number;
  /** The last eight bytes of that block when this was written. */
  lastChecksum: Uint8Array;
}

type Step =
  'head' | 'subject' | 'subjectPlace' | 'blockCount' | 'block' | 'deletedHead' | 'deletedNode' | 'tail' | 'end';

/** Reads `index.db` from slices of any size, in memory that grows with blocks and deletes but not with subjects. */
export class StreamIndexReader {
  private readonly items = new ItemReader((bytes, start, end) => this.readItem(bytes, start, end), largestItem);
  private readonly numbers = new VarintReader();
  private readonly hash: RunningHash;
  private readonly storedHash = new Uint8Array(hashSize);
  private position = 0;
  private step: Step = 'head';
  private version = 0;
  private left = 0n;
  private nodesLeft = 0;
  private nodeWords = 0;
  private hashEnded = false;
  private readonly index: StreamIndex = {
    messages: 0n,
    bytes: 0n,
    firstSeq: 0n,
    lastSeq: 0n,
    blocks: [],
    deleted: new SequenceSet(),
    lastBlock: 0,
    lastChecksum: new Uint8Array(8),
  };

  /** @param size of the whole file; the hash is in its last eight bytes */
  constructor(
    private readonly size: number,
    key: Uint8Array,
    hasher: HighwayHash,
  ) {
    this.hash = hasher.start(key);
  }

  /** @throws BackupError `archiveDamaged`, `limitExceeded` */
  write(bytes: Uint8Array): void {
    const content = Math.max(0, Math.min(bytes.length, this.size - hashSize - this.position));
    if (content > 0) {
      // The hash first: readers of items may change what they are given.
      this.hash.append(bytes.subarray(0, content));
      this.items.write(bytes.subarray(0, content));
    }
    for (let i = content; i < bytes.length; i++) {
      this.storedHash[this.position + i - (this.size - hashSize)] = bytes[i]!;
    }
    this.position += bytes.length;
  }

  /**
   * The index, or `undefined` where a server would not read it because it is newer than all we know.
   *
   * @throws BackupError `archiveDamaged` where it is cut short or does not match its hash
   */
  end(): StreamIndex | undefined {
    const hash = this.digest();
    if (this.size < 32) throw damaged('it is too short for an index');
    if (hash === undefined || !hash.every((byte, i) => byte === this.storedHash[i])) {
      throw damaged('it does not match its checksum');
    }
    if (this.version > newestVersion) return undefined;
    if (this.step !== 'end' || this.items.inItem) throw damaged('it ends inside an entry');
    return this.index;
  }

  /** Gives the hash's memory back; safe to call at any time. */
  dispose(): void {
    this.digest();
  }

  private digest(): Uint8Array | undefined {
    if (this.hashEnded) return undefined;
    this.hashEnded = true;
    return this.hash.digest();
  }

  private readItem(bytes: Uint8Array, start: number, end: number): number {
    this.numbers.at(bytes, start, end);
    const used = this.readStep(bytes, start, end);
    return used === undefined ? -(end - start + 1) : used;
  }

  /** Bytes used, or undefined where more are needed. Nothing is kept of an item before all of it is there. */
  private readStep(bytes: Uint8Array, start: number, end: number): number | undefined {
    switch (this.step) {
      case 'head':
        return this.readHead(bytes, start, end);
      case 'subject':
        return this.readSubject(start);
      case 'subjectPlace':
        return this.readSubjectPlace(start);
      case 'blockCount':
        return this.readBlockCount(start);
      case 'block':
        return this.readBlock(start);
      case 'deletedHead':
        return this.readDeletedHead(bytes, start, end);
      case 'deletedNode':
        return this.readDeletedNode(bytes, start, end);
      case 'tail':
        return this.readTail(bytes, start, end);
      case 'end':
        if (this.version > newestVersion) return end - start;
        throw damaged('it has bytes after its end');
    }
  }

  private readHead(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (end - start < 2) return undefined;
    if (bytes[start] !== magic || bytes[start + 1] === 0) throw damaged('it does not begin as an index');
    this.version = bytes[start + 1]!;
    if (this.version > newestVersion) {
      this.step = 'end';
      return end - start;
    }
    this.numbers.position = start + 2;
    const values = this.readNumbers(7);
    if (values === undefined) return undefined;
    const [messages, size, firstSeq, , lastSeq, , subjects] = values as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    Object.assign(this.index, { messages, bytes: size, firstSeq, lastSeq });
    this.left = subjects;
    this.step = subjects > 0n ? 'subject' : 'blockCount';
    return this.numbers.position - start;
  }

  private readSubject(start: number): number | undefined {
    if (!this.numbers.read()) return undefined;
    const length = withinLimit(this.numbers.number, limits.subject, 'the length of a subject in index.db');
    // An empty subject has no place.
    if (length > 0) this.step = 'subjectPlace';
    else this.nextSubject();
    return this.numbers.position - start + length;
  }

  private readSubjectPlace(start: number): number | undefined {
    if (!this.numbers.read()) return undefined;
    const single = this.numbers.high === 0 && this.numbers.low <= 1;
    if (!this.numbers.read()) return undefined;
    if ((!single || this.version >= 4) && !this.numbers.read()) return undefined;
    this.nextSubject();
    return this.numbers.position - start;
  }

  private nextSubject(): void {
    this.left--;
    this.step = this.left > 0n ? 'subject' : 'blockCount';
  }

  private readBlockCount(start: number): number | undefined {
    if (!this.numbers.read()) return undefined;
    this.left = this.numbers.bigint;
    this.step = this.left > 0n ? 'block' : 'tail';
    return this.numbers.position - start;
  }

  private readBlock(start: number): number | undefined {
    const values = this.readNumbers(7 + Math.min(this.version - 1, 2));
    if (values === undefined) return undefined;
    const [index, bytes, firstSeq, , lastSeq, , deleted] = values as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    // A block's number is 32 bits on disk and in the server.
    this.index.blocks.push({ index: Number(index & 0xffff_ffffn), bytes, firstSeq, lastSeq, deleted });
    if (deleted > 0n) this.step = 'deletedHead';
    else this.nextBlock();
    return this.numbers.position - start;
  }

  private readDeletedHead(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (end - start < 10) return undefined;
    const words = deletedWords[bytes[start + 1]!];
    if (bytes[start] !== deletedMagic || words === undefined) throw damaged('a set of deleted sequences is unreadable');
    this.nodeWords = words;
    this.nodesLeft = viewOf(bytes, start).getUint32(2, true);
    if (this.nodesLeft > 0) this.step = 'deletedNode';
    else this.nextBlock();
    return 10;
  }

  private readDeletedNode(bytes: Uint8Array, start: number, end: number): number | undefined {
    const size = 8 + 8 * this.nodeWords + 2;
    if (end - start < size) return undefined;
    const view = viewOf(bytes, start);
    const base = view.getBigUint64(0, true);
    const block = this.index.blocks[this.index.blocks.length - 1]!;
    for (let word = 0; word < 2 * this.nodeWords; word++) {
      const bits = view.getUint32(8 + 4 * word, true);
      if (bits !== 0) this.addDeleted(block, base + BigInt(32 * word), bits);
    }
    this.nodesLeft--;
    if (this.nodesLeft === 0) this.nextBlock();
    return size;
  }

  private addDeleted(block: IndexedBlock, base: bigint, bits: number): void {
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const seq = base + BigInt(31 - Math.clz32(rest & -rest));
      if (seq < block.firstSeq || seq > block.lastSeq) continue;
      this.index.deleted.add(Number(seq >> 32n), Number(seq & 0xffff_ffffn));
    }
  }

  private nextBlock(): void {
    this.left--;
    this.step = this.left > 0n ? 'block' : 'tail';
  }

  private readTail(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (!this.numbers.read()) return undefined;
    const at = this.numbers.position;
    if (end - at < 8) return undefined;
    this.index.lastBlock = Number(this.numbers.bigint & 0xffff_ffffn);
    this.index.lastChecksum = bytes.slice(at, at + 8);
    this.step = 'end';
    return at + 8 - start;
  }

  /** `count` varints, unsigned; undefined where they are not all there yet. */
  private readNumbers(count: number): bigint[] | undefined {
    const values: bigint[] = [];
    for (let i = 0; i < count; i++) {
      if (!this.numbers.read()) return undefined;
      values.push(this.numbers.bigint);
    }
    return values;
  }
}

function viewOf(bytes: Uint8Array, start: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + start);
}
