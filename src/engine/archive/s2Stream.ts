import { crc32c, maskCrc } from './crc32c';
import { damaged, truncated } from './failure';
import { limits } from './limits';
import { blockSlack, decodeBlock, readBlockLength } from './s2Block';

const compressedChunk = 0x00;
const storedChunk = 0x01;
const seekIndexChunk = 0x99;
const paddingChunk = 0xfe;
const identifierChunk = 0xff;
const s2Identifier = 'S2sTwO';
const snappyIdentifier = 'sNaPpY';

const headerSize = 4;
const crcSize = 4;
/** The body is kept from here on, so that what follows the CRC lies at a multiple of four, as {@link crc32c} likes it. */
const bodyStart = 4;

/**
 * Takes an S2 stream in slices of any size and hands out its content, every chunk checked against its CRC.
 *
 * Concatenated streams are read as one. Memory stays at one chunk and its content, whatever the stream's length.
 */
export class S2Decoder {
  /** Bytes taken so far. */
  compressedBytes = 0;
  /** Bytes handed out so far. */
  plainBytes = 0;
  /** Chunks seen so far, the one under way included. */
  chunks = 0;

  private readonly header = new Uint8Array(headerSize);
  private body = new Uint8Array(64 * 1024);
  private plain = new Uint8Array(0);
  /** Bytes of the header, then of the body, that are still to come. */
  private missing = headerSize;
  private inHeader = true;
  private bodySize = 0;
  private skipping = false;
  private identified = false;
  private maxBlock: number = limits.s2Block;

  /** @param onPlain is given memory that the next chunk overwrites, and may overwrite it itself */
  constructor(private readonly onPlain: (bytes: Uint8Array) => void) {}

  /** @throws BackupError `archiveDamaged` */
  write(bytes: Uint8Array): void {
    let position = 0;
    while (position < bytes.length) {
      const taken = Math.min(this.missing, bytes.length - position);
      this.keep(bytes, position, taken);
      position += taken;
      this.missing -= taken;
      this.compressedBytes += taken;
      // A chunk may have no body at all, so one end can follow another.
      while (this.missing === 0) {
        if (this.inHeader) this.beginBody();
        else this.endBody();
      }
    }
  }

  /** @throws BackupError `archiveTruncated` unless a chunk has just ended */
  end(): void {
    if (!this.identified) throw truncated('it does not reach the end of its first 10 bytes');
    if (!this.inHeader || this.missing !== headerSize) {
      throw truncated(`it ends inside chunk ${this.chunks + (this.inHeader ? 1 : 0)}`);
    }
  }

  private keep(bytes: Uint8Array, position: number, count: number): void {
    if (this.inHeader) {
      const at = headerSize - this.missing;
      for (let i = 0; i < count; i++) this.header[at + i] = bytes[position + i]!;
      // Nothing but an S2 stream begins with this byte: say so before waiting for a body that never comes.
      if (!this.identified && this.header[0] !== identifierChunk) throw notS2(this.header);
    } else if (!this.skipping) {
      this.body.set(bytes.subarray(position, position + count), bodyStart + this.bodySize - this.missing);
    }
  }

  private beginBody(): void {
    const [type, a, b, c] = this.header as unknown as [number, number, number, number];
    const size = a | (b << 8) | (c << 16);
    this.chunks++;
    this.skipping = type === seekIndexChunk || type === paddingChunk;
    if (!this.skipping) this.checkHeader(type, size);
    const room = bodyStart + size + blockSlack;
    if (!this.skipping && room > this.body.length) this.body = new Uint8Array(room);
    this.inHeader = false;
    this.bodySize = size;
    this.missing = size;
  }

  private checkHeader(type: number, size: number): void {
    if (type === identifierChunk) {
      if (size !== s2Identifier.length) throw damaged('a stream identifier has the wrong length');
    } else if (type === compressedChunk) {
      if (size <= crcSize || size > limits.s2Compressed)
        throw damaged(`a compressed block of ${size} bytes is not possible`);
    } else if (type === storedChunk) {
      if (size < crcSize || size - crcSize > this.maxBlock)
        throw damaged(`a stored block of ${size} bytes is not possible`);
    } else {
      // S2 allows more types to be skipped (0x80 and up). No server writes one, and one flipped bit makes one of data.
      throw damaged(`chunk type 0x${type.toString(16)} is one that no server writes`);
    }
  }

  private endBody(): void {
    const type = this.header[0];
    if (type === identifierChunk) this.identify();
    else if (type === compressedChunk) this.decompress();
    else if (type === storedChunk) this.emit(this.body, bodyStart + crcSize, bodyStart + this.bodySize);
    this.inHeader = true;
    this.missing = headerSize;
  }

  private identify(): void {
    const text = String.fromCharCode(...this.body.subarray(bodyStart, bodyStart + this.bodySize));
    if (text !== s2Identifier && text !== snappyIdentifier) throw damaged('a stream identifier is wrong');
    this.maxBlock = text === s2Identifier ? limits.s2Block : limits.snappyBlock;
    this.identified = true;
  }

  private decompress(): void {
    const start = bodyStart + crcSize;
    const end = bodyStart + this.bodySize;
    const { length, used } = readBlockLength(this.body, start, end);
    if (length > this.maxBlock) throw damaged(`a block of ${length} bytes is not possible`);
    if (length + blockSlack > this.plain.length) this.plain = new Uint8Array(length + blockSlack);
    decodeBlock(this.body, start + used, end, this.plain, length);
    this.emit(this.plain, 0, length);
  }

  private emit(bytes: Uint8Array, start: number, end: number): void {
    const at = bodyStart;
    const stored =
      (this.body[at]! | (this.body[at + 1]! << 8) | (this.body[at + 2]! << 16) | (this.body[at + 3]! << 24)) >>> 0;
    if (maskCrc(crc32c(bytes, start, end)) !== stored) throw damaged('the checksum of a block does not match');
    this.plainBytes += end - start;
    if (end > start) this.onPlain(bytes.subarray(start, end));
  }
}

function notS2(header: Uint8Array): Error {
  const gzip = header[0] === 0x1f;
  return damaged(gzip ? 'it is compressed with gzip, not with S2' : 'it does not begin as an S2 stream');
}

/** What an S2 stream begins with. */
export const s2Header: Uint8Array = Uint8Array.of(0xff, 6, 0, 0, ...Buffer.from(s2Identifier));

/** `bytes` (at most 4 MiB) as one S2 chunk that stores them as they are; every server reads it. */
export function storedS2Chunk(bytes: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(headerSize + crcSize + bytes.length);
  const size = crcSize + bytes.length;
  chunk.set([storedChunk, size & 255, (size >>> 8) & 255, size >>> 16]);
  new DataView(chunk.buffer).setUint32(headerSize, maskCrc(crc32c(bytes, 0, bytes.length)), true);
  chunk.set(bytes, headerSize + crcSize);
  return chunk;
}
