import assert from 'node:assert/strict';
import { ItemReader } from '../../../src/engine/archive/itemReader';

/** Items are a length byte and as many bytes; from 200 on the rest is skipped unread. */
function itemsOf(bytes: Uint8Array, slice: number): { items: string[]; inItem: boolean } {
  const items: string[] = [];
  const reader = new ItemReader((given, start, end) => {
    const size = 1 + given[start]!;
    if (given[start]! >= 200) {
      items.push(`skipped ${size}`);
      return size;
    }
    if (end - start < size) return -size;
    items.push(Buffer.from(given.subarray(start + 1, start + size)).toString());
    return size;
  }, 100);
  for (let at = 0; at < bytes.length; at += slice) reader.write(bytes.subarray(at, at + slice));
  return { items, inItem: reader.inItem };
}

describe('itemReader', () => {
  const long = 'x'.repeat(99);
  const bytes = Buffer.concat([
    Buffer.from('\x03one'),
    Buffer.from('\x00'),
    Uint8Array.of(220, ...Buffer.alloc(220)),
    Buffer.from(`\x63${long}`),
    Buffer.from('\x03two'),
  ]);

  it('cuts the same items out of slices of any size', () => {
    for (let slice = 1; slice <= bytes.length; slice++) {
      assert.deepEqual(itemsOf(bytes, slice), { items: ['one', '', 'skipped 221', long, 'two'], inItem: false });
    }
  });

  it('knows when an item is not whole', () => {
    const whole = [4, 5, 226, 326];
    for (let size = 1; size < bytes.length; size++) {
      assert.equal(itemsOf(bytes.subarray(0, size), 3).inItem, !whole.includes(size), `${size} bytes`);
    }
  });

  it('keeps no item that is too large', () => {
    assert.throws(() => itemsOf(Uint8Array.of(100, 1, 2), 3), { code: 'limitExceeded' });
  });
});
