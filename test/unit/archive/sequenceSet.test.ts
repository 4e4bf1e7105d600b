import assert from 'node:assert/strict';
import { SequenceSet } from '../../../src/engine/archive/sequenceSet';

/** The set under test beside a plain one. */
class Pair {
  readonly set = new SequenceSet();
  readonly plain = new Set<bigint>();

  add(seq: bigint): void {
    assert.equal(this.set.add(high(seq), low(seq)), !this.plain.has(seq));
    this.plain.add(seq);
    assert.equal(this.set.size, this.plain.size);
  }

  check(candidates: Iterable<bigint>): void {
    for (const seq of candidates) assert.equal(this.set.has(high(seq), low(seq)), this.plain.has(seq), `${seq}`);
    const sorted = [...this.plain].sort((a, b) => (a < b ? -1 : 1));
    assert.equal(this.set.first(), sorted[0]);
    assert.equal(this.set.size, this.plain.size);
  }
}

const high = (seq: bigint) => Number(seq >> 32n);
const low = (seq: bigint) => Number(seq & 0xffffffffn);

/** A repeatable row of numbers below `bound`. */
function* noise(count: number, bound: number): Generator<bigint> {
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield BigInt(state % bound);
  }
}

describe('sequenceSet', () => {
  it('behaves as a plain set, sparse and dense, in and out of order', () => {
    for (const [count, bound, base] of [
      [3000, 200_000, 0n],
      [9000, 10_000, (1n << 32n) - 5000n],
      [200, 4_000_000_000, (1n << 61n) + 7n],
    ] as const) {
      const pair = new Pair();
      for (const offset of noise(count, bound)) pair.add(base + offset);
      pair.check([...noise(count + 500, bound)].flatMap((offset) => [base + offset, base + offset + 1n]));
    }
  });

  it('holds a long run', () => {
    const pair = new Pair();
    for (let seq = 1n; seq <= 140_000n; seq++) pair.add(seq);
    pair.check([0n, 1n, 65535n, 65536n, 140_000n, 140_001n]);
  });

  it('knows an empty place from sequence 0', () => {
    const set = new SequenceSet();
    assert.equal(set.has(0, 0), false);
    assert.equal(set.first(), undefined);
    set.add(0, 5);
    assert.equal(set.has(0, 0), false);
    assert.equal(set.has(0, 9), false);
  });

  it('counts ranges', () => {
    for (const step of [1n, 3n, 40n]) {
      const pair = new Pair();
      for (let seq = 10n; seq < 200_000n; seq += step) pair.add(seq);
      for (const [from, to] of [
        [0n, 9n],
        [10n, 10n],
        [31n, 32n],
        [63n, 65_535n],
        [65_536n, 131_071n],
        [100n, 199_999n],
        [65_535n, 65_536n],
        [300_000n, 400_000n],
      ] as const) {
        const expected = [...pair.plain].filter((seq) => seq >= from && seq <= to).length;
        assert.equal(pair.set.countRange(from, to), expected, `${from} to ${to} by ${step}`);
      }
    }
  });

  it('counts and takes out what it shares with another', () => {
    for (const step of [2n, 7n]) {
      const ours = new Pair();
      for (let seq = 1n; seq <= 100_000n; seq++) ours.add(seq);
      const theirs = new Pair();
      for (let seq = 50_000n; seq <= 150_000n; seq += step) theirs.add(seq);
      const common = [...theirs.plain].filter((seq) => ours.plain.has(seq));
      assert.equal(ours.set.countCommon(theirs.set), common.length);
      assert.equal(ours.set.deleteAll(theirs.set), common.length);
      assert.equal(ours.set.deleteAll(theirs.set), 0);
      for (const seq of common) ours.plain.delete(seq);
      ours.check([1n, 49_999n, 50_000n, 50_001n, 99_999n, 100_000n]);
    }
  });
});
