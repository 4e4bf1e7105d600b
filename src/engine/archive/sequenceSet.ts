/** Members of one chunk of 65,536 sequences: a sorted list while they are few, then one bit each. */
interface Chunk {
  size: number;
  list: Uint16Array;
  bits?: Uint32Array;
}

const chunkSpan = 0x1_0000;
/** Beyond this a list takes more room than the bits. */
const maxList = 4096;

/**
 * A set of 64-bit sequences in at most two bytes a member, near one bit where they are dense. A sequence is given in two
 * unsigned halves, since a bigint for each message would be slow.
 */
export class SequenceSet {
  /** Number of members. */
  size = 0;
  private readonly chunks = new Map<number, Chunk>();
  private lastKey = -1;
  private lastChunk: Chunk | undefined;

  /** False where it was a member before. */
  add(high: number, low: number): boolean {
    const chunk = this.chunkFor(keyOf(high, low));
    const member = low & 0xffff;
    const added = chunk.bits === undefined ? addToList(chunk, member) : addToBits(chunk.bits, member);
    if (!added) return false;
    chunk.size++;
    this.size++;
    return true;
  }

  has(high: number, low: number): boolean {
    const chunk = this.find(keyOf(high, low));
    return chunk !== undefined && chunkHas(chunk, low & 0xffff);
  }

  /** Takes out every member of `other`; gives the number of those that were in. */
  deleteAll(other: SequenceSet): number {
    let deleted = 0;
    for (const [key, theirs] of other.chunks) {
      const ours = this.chunks.get(key);
      if (ours === undefined) continue;
      const bits = bitsOf(ours);
      let count = 0;
      for (const member of membersOf(theirs)) {
        const bit = 1 << (member & 31);
        if ((bits[member >>> 5]! & bit) === 0) continue;
        bits[member >>> 5]! ^= bit;
        count++;
      }
      ours.bits = bits;
      ours.size -= count;
      deleted += count;
    }
    this.size -= deleted;
    return deleted;
  }

  /** Number of members that both sets have. */
  countCommon(other: SequenceSet): number {
    let count = 0;
    for (const [key, theirs] of other.chunks) {
      const ours = this.chunks.get(key);
      if (ours === undefined) continue;
      for (const member of membersOf(theirs)) if (chunkHas(ours, member)) count++;
    }
    return count;
  }

  /** Number of members from `first` to `last`, both included. Takes time with the length of the range. */
  countRange(first: bigint, last: bigint): number {
    let count = 0;
    const firstKey = Number(first >> 16n);
    const lastKey = Number(last >> 16n);
    for (let key = firstKey; key <= lastKey; key++) {
      const chunk = this.find(key);
      if (chunk === undefined) continue;
      const from = key === firstKey ? Number(first & 0xffffn) : 0;
      const to = key === lastKey ? Number(last & 0xffffn) : chunkSpan - 1;
      count += countBelow(chunk, to + 1) - countBelow(chunk, from);
    }
    return count;
  }

  first(): bigint | undefined {
    let lowest = Infinity;
    for (const [key, chunk] of this.chunks) if (chunk.size > 0 && key < lowest) lowest = key;
    const chunk = this.chunks.get(lowest);
    if (chunk === undefined) return undefined;
    for (const member of membersOf(chunk)) return BigInt(lowest) * BigInt(chunkSpan) + BigInt(member);
    return undefined;
  }

  private find(key: number): Chunk | undefined {
    if (key === this.lastKey) return this.lastChunk;
    const chunk = this.chunks.get(key);
    if (chunk !== undefined) {
      this.lastKey = key;
      this.lastChunk = chunk;
    }
    return chunk;
  }

  private chunkFor(key: number): Chunk {
    const found = this.find(key);
    if (found !== undefined) return found;
    const chunk = { size: 0, list: new Uint16Array(8) };
    this.chunks.set(key, chunk);
    this.lastKey = key;
    this.lastChunk = chunk;
    return chunk;
  }
}

/** Exact: 48 bits at most. */
function keyOf(high: number, low: number): number {
  return high * chunkSpan + (low >>> 16);
}

function addToList(chunk: Chunk, member: number): boolean {
  const { list, size } = chunk;
  let at = size;
  // Sequences nearly always come in rising order, so the end is the place to look first.
  if (size > 0 && list[size - 1]! >= member) {
    at = lowerBound(list, size, member);
    if (list[at] === member) return false;
  }
  if (size === maxList) {
    chunk.bits = bitsOf(chunk);
    return addToBits(chunk.bits, member);
  }
  if (size === list.length) {
    chunk.list = new Uint16Array(2 * size);
    chunk.list.set(list);
  }
  if (at < size) chunk.list.copyWithin(at + 1, at, size);
  chunk.list[at] = member;
  return true;
}

function addToBits(bits: Uint32Array, member: number): boolean {
  const word = bits[member >>> 5]!;
  const bit = 1 << (member & 31);
  if (word & bit) return false;
  bits[member >>> 5] = word | bit;
  return true;
}

function chunkHas(chunk: Chunk, member: number): boolean {
  if (chunk.bits !== undefined) return (chunk.bits[member >>> 5]! & (1 << (member & 31))) !== 0;
  const at = lowerBound(chunk.list, chunk.size, member);
  return at < chunk.size && chunk.list[at] === member;
}

/** First place in the sorted list whose member is not below the one given; `size` where all are. */
function lowerBound(list: Uint16Array, size: number, member: number): number {
  let from = 0;
  let to = size;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (list[middle]! < member) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Number of members below `bound`, which may be one past the last possible member. */
function countBelow(chunk: Chunk, bound: number): number {
  if (bound === chunkSpan) return chunk.size;
  if (chunk.bits === undefined) return lowerBound(chunk.list, chunk.size, bound);
  let count = 0;
  for (let word = 0; word < bound >>> 5; word++) count += bitCount(chunk.bits[word]!);
  return count + bitCount(chunk.bits[bound >>> 5]! & ((1 << (bound & 31)) - 1));
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function bitsOf(chunk: Chunk): Uint32Array {
  if (chunk.bits !== undefined) return chunk.bits;
  const bits = new Uint32Array(chunkSpan / 32);
  for (let i = 0; i < chunk.size; i++) bits[chunk.list[i]! >>> 5]! |= 1 << (chunk.list[i]! & 31);
  return bits;
}

/** All members in rising order. */
function* membersOf(chunk: Chunk): Generator<number> {
  if (chunk.bits === undefined) {
    for (let i = 0; i < chunk.size; i++) yield chunk.list[i]!;
    return;
  }
  for (let word = 0; word < chunk.bits.length; word++) {
    for (let rest = chunk.bits[word]!; rest !== 0; rest &= rest - 1) {
      yield word * 32 + (31 - Math.clz32(rest & -rest));
    }
  }
}
