import assert from 'node:assert/strict';
import { blockSlack, decodeBlock, readBlockLength } from '../../../src/engine/archive/s2Block';

/** Decodes elements into `length` bytes, from a source that begins in the middle of a buffer. */
function decode(elements: number[], length: number): string {
  const source = Uint8Array.from([9, 9, ...elements, ...new Array<number>(blockSlack).fill(9)]);
  const target = new Uint8Array(length + blockSlack);
  decodeBlock(source, 2, 2 + elements.length, target, length);
  return Buffer.from(target.subarray(0, length)).toString('latin1');
}

const literal = (text: string) => [(text.length - 1) << 2, ...Buffer.from(text, 'latin1')];
const copy1 = (offset: number, length: number) => [1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 255];
const copy2 = (offset: number, length: number) => [2 | ((length - 1) << 2), offset & 255, offset >> 8];
const copy4 = (offset: number, length: number) => [3 | ((length - 1) << 2), ...littleEndian(offset, 4)];
/** A copy with offset 0: the last offset again. */
const repeat = (code: number, ...more: number[]) => [1 | (code << 2), 0, ...more];

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255);
}

const corrupt = { code: 'archiveDamaged' };

describe('s2Block', () => {
  it('reads lengths of one to five bytes, and no more', () => {
    const lengthOf = (...bytes: number[]) => readBlockLength(Uint8Array.from(bytes), 0, bytes.length);
    assert.deepEqual(lengthOf(0x40, 9), { length: 64, used: 1 });
    assert.deepEqual(lengthOf(0xfe, 0xff, 0x7f), { length: 2097150, used: 3 });
    assert.deepEqual(lengthOf(0xff, 0xff, 0xff, 0xff, 0x0f), { length: 0xffffffff, used: 5 });
    assert.throws(() => lengthOf(0x80), corrupt);
    assert.throws(() => lengthOf(0x80, 0x80, 0x80, 0x80, 0x80, 1), corrupt);
  });

  it('copies literals of every size of length', () => {
    for (const size of [1, 2, 59, 60]) {
      const text = 'x'.repeat(size);
      assert.equal(decode(literal(text), size), text);
    }
    const text = Array.from({ length: 70000 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    for (const [bytes, size] of [
      [1, 61],
      [1, 256],
      [2, 300],
      [2, 65536],
      [3, 70000],
      [4, 70000],
    ] as const) {
      const elements = [(59 + bytes) << 2, ...littleEndian(size - 1, bytes), ...Buffer.from(text.slice(0, size))];
      assert.equal(decode(elements, size), text.slice(0, size), `${size} in ${bytes}`);
    }
  });

  it('copies from before with offsets of 11, 16 and 32 bits', () => {
    assert.equal(decode([...literal('abcdefgh'), ...copy1(8, 4)], 12), 'abcdefghabcd');
    assert.equal(decode([...literal('abcdefgh'), ...copy1(3, 11)], 19), 'abcdefghfghfghfghfg');
    assert.equal(decode([...literal('abcdefgh'), ...copy2(8, 1)], 9), 'abcdefgha');
    assert.equal(decode([...literal('abcdefgh'), ...copy4(6, 3)], 11), 'abcdefghcde');
    const far = Array.from(
      { length: 70 },
      (_, i) => `${'abcdefghijklmnop'.repeat(3)}${String.fromCharCode(65 + (i % 26))}`,
    );
    const plain = far.join('');
    const copied = plain.slice(plain.length - 1025).slice(0, 5);
    assert.equal(decode([...far.flatMap(literal), ...copy1(1025, 5)], plain.length + 5), plain + copied);
  });

  it('repeats what a copy has just written, at every overlap', () => {
    for (let offset = 1; offset <= 12; offset++) {
      for (const size of [4, 5, 11, 64]) {
        const start = 'ABCDEFGHIJKL'.slice(0, offset);
        const expected = (start + start.repeat(80)).slice(0, offset + size);
        assert.equal(
          decode([...literal(start), ...copy2(offset, size)], offset + size),
          expected,
          `${offset}, ${size}`,
        );
      }
    }
  });

  it('repeats the last offset with each form of length', () => {
    const begin = [...literal('abcdefgh'), ...copy1(8, 4)];
    const expected = (size: number) => 'abcdefgh'.repeat(9000).slice(0, 12 + size);
    assert.equal(decode([...begin, ...repeat(0)], 16), expected(4));
    assert.equal(decode([...begin, ...repeat(4)], 20), expected(8));
    assert.equal(decode([...begin, ...repeat(5, 0)], 20), expected(8));
    assert.equal(decode([...begin, ...repeat(5, 255)], 12 + 263), expected(263));
    assert.equal(decode([...begin, ...repeat(6, 1, 0)], 12 + 261), expected(261));
    assert.equal(decode([...begin, ...repeat(6, 255, 255)], 12 + 65795), expected(65795));
    assert.equal(decode([...begin, ...repeat(7, 2, 0, 0)], 12 + 65542), expected(65542));
    // Any copy sets the offset that is repeated.
    assert.equal(decode([...literal('abcdefgh'), ...copy2(2, 2), ...repeat(0)], 14), 'abcdefghghghgh');
    assert.equal(decode([...literal('abcdefgh'), ...copy4(2, 2), ...repeat(0)], 14), 'abcdefghghghgh');
  });

  it('refuses what passes its bounds', () => {
    const bad: [string, number[], number][] = [
      ['a repeat before any offset', [...literal('abcdefgh'), ...repeat(0)], 12],
      ['offset 0', [...literal('abcd'), ...copy2(0, 4)], 8],
      ['an offset before the beginning', [...literal('abcd'), ...copy1(5, 4)], 8],
      ['an offset far before the beginning', [...literal('abcd'), ...copy4(0xffffffff, 4)], 8],
      ['a copy beyond the content', [...literal('abcd'), ...copy1(4, 5)], 8],
      ['a literal beyond the content', literal('abcd'), 3],
      ['a literal beyond the source', [3 << 2, 97, 98], 4],
      ['a long literal of 4 GiB', [63 << 2, 255, 255, 255, 255, 97], 4],
      ['content that is too short', literal('abc'), 4],
      ['no elements', [], 1],
      ['a copy1 cut', [...literal('abcd'), 1], 8],
      ['a copy2 cut', [...literal('abcd'), 2 | (3 << 2), 4], 8],
      ['a copy4 cut', [...literal('abcd'), 3 | (3 << 2), 4, 0, 0], 8],
      ['a repeat cut', [...literal('abcd'), ...copy1(4, 4), ...repeat(5)], 20],
      ['a literal length cut', [61 << 2, 1], 2],
    ];
    for (const [what, elements, length] of bad) assert.throws(() => decode(elements, length), corrupt, what);
  });

  it('takes an empty block', () => {
    assert.equal(decode([], 0), '');
  });
});
