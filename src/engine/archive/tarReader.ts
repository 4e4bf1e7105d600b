import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { damaged, truncated } from './failure';
import { limits, withinLimit } from './limits';

const blockSize = 512;

/** Where the content of one file goes. */
export interface FileSink {
  /** May change the bytes, and must not keep them. */
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Opens a file of the tar: its path as written, with its size in bytes. */
export type OpenFile = (path: string, size: number) => FileSink;

/**
 * Reads a tar as NATS servers write it: regular files, each with its extended header, then two blocks of zeros, then
 * nothing. The package decodes headers; its own parser is not used, because it passes a tar that is cut between two
 * files or has bytes after its end, and would unpack one that begins like a gzip.
 */
export class TarReader {
  private readonly block = Buffer.alloc(blockSize);
  private blockBytes = 0;
  private extended: Pax | undefined;
  private paxText: Buffer | undefined;
  private paxBytes = 0;
  private sink: FileSink | undefined;
  private path = '';
  /** Bytes of the current file, then of the zeros that fill its last block, that are still to come. */
  private fileLeft = 0;
  private paddingLeft = 0;
  private zeroBlocks = 0;

  constructor(private readonly openFile: OpenFile) {}

  /** @throws BackupError `archiveDamaged`, `limitExceeded` */
  write(bytes: Uint8Array): void {
    let position = 0;
    while (position < bytes.length) {
      if (this.fileLeft > 0) position += this.takeFile(bytes, position);
      else if (this.paddingLeft > 0) position += this.takePadding(bytes, position);
      else position += this.takeBlock(bytes, position);
    }
  }

  /** @throws BackupError `archiveTruncated` unless the two blocks of zeros were the last */
  end(): void {
    if (this.sink !== undefined) throw truncated(`it ends inside ${this.path}`);
    if (this.zeroBlocks < 2 || this.blockBytes > 0) {
      throw truncated(
        this.path === '' ? 'it ends before its first file' : `it ends after ${this.path} without an end mark`,
      );
    }
  }

  private takeFile(bytes: Uint8Array, position: number): number {
    const taken = Math.min(this.fileLeft, bytes.length - position);
    this.sink?.write(bytes.subarray(position, position + taken));
    this.fileLeft -= taken;
    if (this.fileLeft === 0) this.endFile();
    return taken;
  }

  private endFile(): void {
    this.sink?.end();
    this.sink = undefined;
  }

  private takePadding(bytes: Uint8Array, position: number): number {
    const taken = Math.min(this.paddingLeft, bytes.length - position);
    this.paddingLeft -= taken;
    return taken;
  }

  private takeBlock(bytes: Uint8Array, position: number): number {
    if (this.zeroBlocks === 2) throw damaged('there are bytes after the end of the tar');
    const taken = Math.min(blockSize - this.blockBytes, bytes.length - position);
    this.block.set(bytes.subarray(position, position + taken), this.blockBytes);
    this.blockBytes += taken;
    if (this.blockBytes < blockSize) return taken;
    this.blockBytes = 0;
    if (this.paxText === undefined) this.readHeader();
    else this.addPax(this.paxText);
    return taken;
  }

  private readHeader(): void {
    if (this.block.every((byte) => byte === 0)) {
      if (this.extended !== undefined)
        throw damaged(`the tar ends between the two headers of a file after ${this.path}`);
      this.zeroBlocks++;
      return;
    }
    if (this.zeroBlocks > 0) throw damaged('the tar goes on after a block of zeros');
    const header = decodeHeader(this.block, this.extended);
    if (!header.cksumValid)
      throw damaged(`the tar header after ${this.path || 'the beginning'} does not match its checksum`);
    const { size = -1 } = header;
    // The package puts the header's own prefix even before a path that replaces it.
    const path = this.extended?.path ?? header.path ?? '';
    if (header.type === 'ExtendedHeader') {
      if (this.extended !== undefined) throw damaged(`${path} has two extended headers`);
      this.paxText = Buffer.alloc(withinLimit(size, limits.paxHeader, `the size of the extended header ${path}`));
      this.paxBytes = 0;
      if (size === 0) this.endPax(this.paxText);
    } else if (header.type === 'File' || header.type === 'OldFile') {
      this.beginFile(path, withinLimit(size, Number.MAX_SAFE_INTEGER, `the size of ${path}`));
    } else {
      throw damaged(`${path} is a tar entry of type ${header.type}, which no server writes`);
    }
  }

  private beginFile(path: string, size: number): void {
    this.extended = undefined;
    this.path = path;
    this.sink = this.openFile(path, size);
    this.fileLeft = size;
    this.paddingLeft = (blockSize - (size % blockSize)) % blockSize;
    if (size === 0) this.endFile();
  }

  private addPax(text: Buffer): void {
    const count = Math.min(blockSize, text.length - this.paxBytes);
    this.block.copy(text, this.paxBytes, 0, count);
    this.paxBytes += count;
    if (this.paxBytes === text.length) this.endPax(text);
  }

  private endPax(text: Buffer): void {
    checkPaxRecords(text);
    this.extended = Pax.parse(text.toString('utf8'));
    this.paxText = undefined;
  }
}

function decodeHeader(block: Buffer, extended: Pax | undefined): Header {
  try {
    return new Header(block, 0, extended);
  } catch (error) {
    throw damaged('a tar header is unreadable', error);
  }
}

/** Each record says its own length, and the package leaves out, in silence, one whose length is wrong. */
function checkPaxRecords(text: Buffer): void {
  for (let start = 0; start < text.length;) {
    const space = text.indexOf(0x20, start);
    const digits = text.toString('latin1', start, Math.max(start, space));
    const end = start + Number(digits);
    if (!/^[1-9]\d{0,6}$/.test(digits) || end > text.length || end <= space || text[end - 1] !== 0x0a) {
      throw damaged('an extended tar header is unreadable');
    }
    start = end;
  }
}
