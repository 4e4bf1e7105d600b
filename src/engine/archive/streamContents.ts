import type { ArchiveSummary, Integer, StreamConfig } from '../model';
import { damaged } from './failure';
import type { BlockIndex } from './blockIndex';
import type { RecordTally, ScannedBlock } from './messageBlock';
import { SequenceSet } from './sequenceSet';
import type { StreamIndex } from './streamIndex';

type Contents = Pick<
  ArchiveSummary,
  'messages' | 'bytes' | 'firstSeq' | 'lastSeq' | 'exact' | 'hasTombstones' | 'firstTime' | 'lastTime'
>;

/** What a V1 archive holds of messages, as a server will see it after a restore. */
export class StreamContents {
  readonly tally: RecordTally = {
    live: new SequenceSet(),
    tombstones: new SequenceSet(),
    liveBytes: 0,
    hasTombstones: false,
  };
  private readonly blocks = new Map<number, ScannedBlock>();
  private readonly blockIndexes = new Map<number, BlockIndex | undefined>();
  private streamIndex: StreamIndex | undefined;

  /** Whether block `index` was added before. */
  hasBlock(index: number): boolean {
    return this.blocks.has(index);
  }

  /** @param blockIndex undefined where it is unusable: the server then rebuilds the block */
  addBlockIndex(index: number, blockIndex: BlockIndex | undefined): void {
    this.blockIndexes.set(index, blockIndex);
  }

  blockIndexOf(index: number): BlockIndex | undefined {
    return this.blockIndexes.get(index);
  }

  setStreamIndex(index: StreamIndex): void {
    this.streamIndex = index;
  }

  /** @throws BackupError `archiveDamaged` where an index is up to date and claims messages that are not there */
  addBlock(block: ScannedBlock): void {
    this.blocks.set(block.index, block);
    const index = this.blockIndexes.get(block.index);
    if (index !== undefined && isUpToDate(index, block) && index.messages > BigInt(block.messages)) {
      throw damaged(`it holds ${block.messages} messages, but its index claims ${index.messages}`);
    }
  }

  /** @throws BackupError `archiveDamaged` where `index.db` is up to date and claims messages that are not there */
  sum(config: StreamConfig): Contents {
    const { times } = this.tally;
    const contents = this.count(config);
    if (times === undefined || contents.messages === 0) return contents;
    return { ...contents, firstTime: textOf(times.first), lastTime: textOf(times.last) };
  }

  private count(config: StreamConfig): Contents {
    const { hasTombstones } = this.tally;
    const index = this.streamIndex;
    if (index !== undefined && this.isTrusted(index)) {
      return {
        messages: Number(index.messages),
        bytes: Number(index.bytes),
        firstSeq: index.messages === 0n ? firstOfEmpty(index.lastSeq) : index.firstSeq,
        lastSeq: index.lastSeq,
        exact: true,
        hasTombstones,
      };
    }
    return this.rebuild(config);
  }

  /** As a server decides whether it takes `index.db` or rebuilds from the blocks. */
  private isTrusted(index: StreamIndex): boolean {
    const kept = index.blocks.filter((block, i) => i === index.blocks.length - 1 || messagesOf(block) > 0n);
    const last = kept[kept.length - 1];
    const lastScanned = this.blocks.get(index.lastBlock);
    if (last?.index !== index.lastBlock || lastScanned === undefined) return false;
    if (!equalBytes(lastScanned.lastChecksum, index.lastChecksum)) return false;
    for (const block of this.blocks.keys()) if (block > index.lastBlock) return false;
    if (!kept.every((block) => this.blocks.has(block.index))) return false;
    if (kept.reduce((sum, block) => sum + messagesOf(block), 0n) !== index.messages) return false;
    if (kept.reduce((sum, block) => sum + block.bytes, 0n) !== index.bytes) return false;
    return this.agreesWithRecords(index, kept);
  }

  private agreesWithRecords(index: StreamIndex, kept: StreamIndex['blocks']): boolean {
    const { live } = this.tally;
    const claimed = index.messages;
    // Asked first, because it bounds the ranges that are walked next.
    let counted = -1;
    if (claimed <= BigInt(live.size)) {
      counted = -live.countCommon(index.deleted);
      for (const block of kept) {
        if (block.lastSeq >= block.firstSeq) counted += live.countRange(block.firstSeq, block.lastSeq);
      }
    }
    if (claimed > BigInt(counted)) {
      throw damaged(`msgs/index.db claims ${claimed} messages, but the blocks do not hold all of them`);
    }
    return claimed === BigInt(counted);
  }

  private rebuild(config: StreamConfig): Contents {
    const { live, tombstones } = this.tally;
    const deleted = live.deleteAll(tombstones);
    let lastSeq = 0n;
    let indexed = this.blocks.size > 0;
    let bytes = this.tally.liveBytes;
    for (const block of this.blocks.values()) {
      const index = this.blockIndexes.get(block.index);
      const upToDate = index !== undefined && isUpToDate(index, block);
      if (upToDate) bytes += Number(index.bytes) - block.bytes;
      indexed &&= upToDate;
      const last = upToDate && index.lastSeq > block.lastSeq ? index.lastSeq : block.lastSeq;
      if (last > lastSeq) lastSeq = last;
    }
    // A stale index still knows the last sequence that was given out.
    if (this.streamIndex !== undefined && this.streamIndex.lastSeq > lastSeq) lastSeq = this.streamIndex.lastSeq;
    const startsAt = BigInt(config.first_seq ?? 0);
    if (live.size === 0 && startsAt > lastSeq) lastSeq = startsAt - 1n;
    const firstSeq = live.first() ?? firstOfEmpty(lastSeq);
    return {
      messages: live.size,
      bytes,
      firstSeq,
      lastSeq,
      // The sizes of records that a later tombstone deletes are not known any more, and limits leave no trace in blocks.
      exact: deleted === 0 && (indexed || !hasLimits(config)),
      hasTombstones: this.tally.hasTombstones,
    };
  }
}

/** An empty stream begins after its last sequence, and one that never held a message at 0. */
function firstOfEmpty(lastSeq: bigint): bigint {
  return lastSeq === 0n ? 0n : lastSeq + 1n;
}

/** RFC 3339 with all nanoseconds. */
function textOf(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}

function isUpToDate(index: BlockIndex, block: ScannedBlock): boolean {
  if (block.size === 0) return index.messages === 0n;
  return equalBytes(index.checksum, block.lastChecksum);
}

function messagesOf(block: StreamIndex['blocks'][number]): bigint {
  const all = block.lastSeq - block.firstSeq + 1n;
  return all > block.deleted ? all - block.deleted : 0n;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function hasLimits(config: StreamConfig): boolean {
  const limits: unknown[] = [config.max_msgs, config.max_bytes, config.max_age, config.max_msgs_per_subject];
  return limits.some((limit) => limit !== undefined && (limit as Integer) > 0);
}
