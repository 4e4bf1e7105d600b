import { damaged } from './failure';

/** Length of a block's content, and the number of bytes that say it. */
export interface BlockLength {
  length: number;
  used: number;
}

/** Reads the length in front of an S2 block, at most five bytes. @throws BackupError `archiveDamaged` */
export function readBlockLength(source: Uint8Array, start: number, end: number): BlockLength {
  let length = 0;
  for (let used = 0; used < 5 && start + used < end; used++) {
    const byte = source[start + used]!;
    length += (byte & 0x7f) * 2 ** (7 * used);
    if (byte < 0x80) return { length, used: used + 1 };
  }
  throw damaged('the length of a compressed block is unreadable');
}

/**
 * Decodes the elements of one S2 block, `source[start..end)` without the length in front, into exactly
 * `target[0..length)`.
 *
 * @throws BackupError `archiveDamaged` where an element passes either buffer or copies from before the beginning
 */
export function decodeBlock(source: Uint8Array, start: number, end: number, target: Uint8Array, length: number): void {
  let s = start;
  let d = 0;
  // 0 is no offset: a block may not begin with a repeat.
  let offset = 0;
  while (s < end) {
    const tag = source[s++]!;
    let size: number;
    if ((tag & 3) === 0) {
      size = tag >>> 2;
      if (size >= 60) {
        const bytes = size - 59;
        if (s + bytes > end) throw badBlock('a literal', d);
        size = readLittleEndian(source, s, bytes);
        s += bytes;
      }
      size++;
      if (size > end - s || size > length - d) throw badBlock('a literal', d);
      copyLiteral(source, s, target, d, size);
      s += size;
      d += size;
      continue;
    }
    if ((tag & 3) === 1) {
      if (s >= end) throw badBlock('a copy', d);
      const given = ((tag & 0xe0) << 3) | source[s++]!;
      size = (tag >>> 2) & 7;
      if (given !== 0) {
        offset = given;
      } else if (size >= 5) {
        // A repeat of the last offset with its length in 1 to 3 bytes of its own.
        const bytes = size - 4;
        if (s + bytes > end) throw badBlock('a copy', d);
        size = readLittleEndian(source, s, bytes) + repeatBase[bytes]!;
        s += bytes;
      }
      size += 4;
    } else {
      const bytes = (tag & 3) === 2 ? 2 : 4;
      if (s + bytes > end) throw badBlock('a copy', d);
      size = (tag >>> 2) + 1;
      offset = readLittleEndian(source, s, bytes);
      s += bytes;
    }
    if (offset === 0 || offset > d || size > length - d) throw badBlock('a copy', d);
    copyWithin(target, d, offset, size);
    d += size;
  }
  if (d !== length) throw damaged(`a compressed block holds ${d} bytes instead of ${length}`);
}

/** What is added to the length of a long repeat, by the number of its bytes. */
const repeatBase = [0, 4, 1 << 8, 1 << 16];

/** From here on a call of the engine's own copy is faster than a loop. */
const longCopy = 48;

function copyLiteral(source: Uint8Array, s: number, target: Uint8Array, d: number, size: number): void {
  if (size >= longCopy) {
    target.set(source.subarray(s, s + size), d);
    return;
  }
  for (let i = 0; i < size; i++) target[d + i] = source[s + i]!;
}

/** Overlapping copies repeat what they have just written, so those go byte by byte. */
function copyWithin(target: Uint8Array, d: number, offset: number, size: number): void {
  if (size >= longCopy && offset >= size) {
    target.copyWithin(d, d - offset, d - offset + size);
    return;
  }
  const from = d - offset;
  for (let i = 0; i < size; i++) target[d + i] = target[from + i]!;
}

function readLittleEndian(source: Uint8Array, start: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + source[start + i]!;
  return value;
}

function badBlock(element: string, written: number): Error {
  return damaged(`a compressed block is corrupt: ${element} at its byte ${written} passes the block`);
}
