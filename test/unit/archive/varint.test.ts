import assert from 'node:assert/strict';
import { VarintReader } from '../../../src/engine/archive/varint';
import { uvarint, varint } from './makeArchive';

describe('varint', () => {
  const values = [0n, 1n, 127n, 128n, 300n, (1n << 32n) - 1n, 1n << 32n, (1n << 53n) - 1n, 1n << 60n, (1n << 64n) - 1n];
  for (let bit = 0n; bit < 64n; bit++) values.push(1n << bit, (1n << bit) + 1n);

  it('reads all 64 bits, from any place', () => {
    for (const value of values) {
      const bytes = Uint8Array.from([255, ...uvarint(value), 255]);
      const reader = new VarintReader().at(bytes, 1, bytes.length);
      assert.equal(reader.read(), true);
      assert.equal(reader.bigint, value);
      assert.equal(reader.position, bytes.length - 1);
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) assert.equal(reader.number, Number(value));
    }
  });

  it('reads signed values', () => {
    for (const value of [0n, -1n, 1n, -(1n << 63n), (1n << 63n) - 1n, -1795479819656503148n]) {
      const bytes = Uint8Array.from(varint(value));
      const reader = new VarintReader().at(bytes, 0, bytes.length);
      assert.equal(reader.read(), true);
      assert.equal(reader.signed, value);
    }
  });

  it('stays where it is while a number is not whole', () => {
    for (const value of values) {
      const bytes = Uint8Array.from(uvarint(value));
      for (let end = 0; end < bytes.length; end++) {
        const reader = new VarintReader().at(bytes, 0, end);
        assert.equal(reader.read(), false);
        assert.equal(reader.position, 0);
      }
    }
  });

  it('refuses what passes 64 bits', () => {
    const ten = new Array<number>(9).fill(0xff);
    for (const last of [2, 0x7f, 0x80, 0x81]) {
      const bytes = Uint8Array.from([...ten, last, 0]);
      assert.throws(() => new VarintReader().at(bytes, 0, bytes.length).read(), { code: 'archiveDamaged' });
    }
  });
});
