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

/** Bytes that must be readable after a block's source, and writable after its target: copies go four bytes at a time. */
export const blockSlack = 3;

/**
 * Decodes the elements of one S2 block, `source[start..end)` without the length in front, into exactly
 * `target[0..length)`. Both need {@link blockSlack} bytes more; those of the target are overwritten.
 *
 * @throws BackupError `archiveDamaged` where an element passes either buffer or copies from before the beginning
 */
export function decodeBlock(source: Uint8Array, start: number, end: number, target: Uint8Array, length: number): void {
  const sourceView = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const targetView = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let s = start;
  let d = 0;
  // 0 is no offset: a block may not begin with a repeat.
  let offset = 0;
  while (s < end) {
    const tag = source[s++]!;
    const kind = tag & 3;
    let size = tag >>> 2;
    if (kind === 0) {
      if (size >= 60) {
        const bytes = size - 59;
        size = readNumber(source, s, bytes);
        s += bytes;
      }
      size++;
      if (size > end - s || size > length - d) throw badElement('a literal', d);
      if (size >= longCopy) target.set(source.subarray(s, s + size), d);
      else for (let i = 0; i < size; i += 4) targetView.setInt32(d + i, sourceView.getInt32(s + i, true), true);
      s += size;
      d += size;
      continue;
    }
    if (kind === 1) {
      const given = ((tag & 0xe0) << 3) | source[s++]!;
      size &= 7;
      if (given !== 0) {
        offset = given;
      } else if (size >= 5) {
        // A repeat of the last offset with its length in one to three bytes of its own.
        const bytes = size - 4;
        size = readNumber(source, s, bytes) + repeatBase[bytes]!;
        s += bytes;
      }
      size += 4;
    } else if (kind === 2) {
      offset = source[s]! | (source[s + 1]! << 8);
      s += 2;
      size++;
    } else {
      offset = readNumber(source, s, 4);
      s += 4;
      size++;
    }
    if (s > end || offset === 0 || offset > d || size > length - d) throw badElement('a copy', d);
    repeatEarlier(target, targetView, d, offset, size);
    d += size;
  }
  if (d !== length) throw damaged(`a compressed block holds ${d} bytes instead of ${length}`);
}

/** What is added to the length of a long repeat, by the number of its bytes. */
const repeatBase = [0, 4, 1 << 8, 1 << 16];

/** From here on a call of the engine's own copy is faster than a loop. */
const longCopy = 64;

/** Copies what lies `offset` bytes back. A copy that overlaps itself repeats what it has just written. */
function repeatEarlier(target: Uint8Array, view: DataView, d: number, offset: number, size: number): void {
  const from = d - offset;
  if (offset < 4) for (let i = 0; i < size; i++) target[d + i] = target[from + i]!;
  else if (size >= longCopy && offset >= size) target.copyWithin(d, from, from + size);
  else for (let i = 0; i < size; i += 4) view.setInt32(d + i, view.getInt32(from + i, true), true);
}

/** Little-endian. Bytes beyond the source count as nothing: the caller finds out that it has passed the end. */
function readNumber(source: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (source[at + i] ?? 0);
  return value;
}

function badElement(element: string, written: number): Error {
  return damaged(`a compressed block is corrupt: ${element} at its byte ${written} passes its bounds`);
}
