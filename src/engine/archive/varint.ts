import { damaged } from './failure';

/**
 * Reads Go's varints from `bytes[position..end)`. A value is left in `high` and `low`, 32 bits each and unsigned, so that
 * all 64 bits are exact without a bigint for every message.
 */
export class VarintReader {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  high = 0;
  low = 0;

  at(bytes: Uint8Array, position: number, end: number): this {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    return this;
  }

  /**
   * Reads an unsigned varint. False where the bytes end first; then nothing was read.
   *
   * @throws BackupError `archiveDamaged` where it passes 64 bits
   */
  read(): boolean {
    const bytes = this.bytes;
    const end = this.end;
    let p = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; p < end; shift += 7) {
      const byte = bytes[p++]!;
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break;
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.position = p;
        return true;
      }
      if (shift === 63) break;
    }
    if (p - this.position >= 10) throw damaged('a number passes 64 bits');
    return false;
  }

  /** The last value as a number: exact below 2^53. */
  get number(): number {
    return this.high * 0x1_0000_0000 + this.low;
  }

  /** The last value, exact. */
  get bigint(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** The last value as a signed number in zig-zag form, exact. */
  get signed(): bigint {
    const value = this.bigint;
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  }
}
