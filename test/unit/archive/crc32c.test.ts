import assert from 'node:assert/strict';
import { crc32c, maskCrc } from '../../../src/engine/archive/crc32c';

/** The definition, one bit at a time. */
function slowCrc(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('crc32c', () => {
  it('gives the published values of RFC 3720', () => {
    const counting = Uint8Array.from({ length: 32 }, (_, i) => i);
    assert.equal(crc32c(new Uint8Array(32), 0, 32), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(255), 0, 32), 0x62a8ab43);
    assert.equal(crc32c(counting, 0, 32), 0x46dd794e);
    assert.equal(crc32c(counting.toReversed(), 0, 32), 0x113fdb5c);
    assert.equal(crc32c(Buffer.from('123456789'), 0, 9), 0xe3069283);
  });

  it('agrees with the definition at every alignment and length', () => {
    const bytes = Uint8Array.from({ length: 80 }, (_, i) => (i * 73 + 41) & 255);
    for (let start = 0; start < 20; start++) {
      for (let end = start; end <= bytes.length; end++) {
        assert.equal(crc32c(bytes, start, end), slowCrc(bytes.subarray(start, end)), `${start} to ${end}`);
      }
    }
  });

  it('masks as the S2 format does', () => {
    assert.equal(maskCrc(0), 0xa282ead8);
    assert.equal(maskCrc(0xffffffff), 0xa282ead7);
  });
});
