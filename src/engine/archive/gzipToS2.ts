import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isBackupError, messageOf } from '../errors';
import { damaged, truncated } from './failure';
import { s2Header, storedS2Chunk } from './s2Stream';

/** Bytes of the tar in one S2 chunk, as servers have them at most. */
const sliceSize = 1024 * 1024;
const tarBlock = 512;

/**
 * An archive inside gzip, as preview servers of 2020 made it, as an S2 stream that every server takes: the same tar,
 * stored as it is. The same file gives the same bytes each time. In memory there is a slice or two, whatever its size.
 *
 * Zeros after the end of the tar are left out: servers from 2.12.6 to 2.14 wait for ever for somebody to read them.
 *
 * @throws BackupError `archiveDamaged`, `archiveTruncated`, and what `chunks` throws
 */
export async function* gzipToS2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield s2Header;
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const piped = pipeline(Readable.from(chunks, { objectMode: false }), gunzip);
  // Its failure is that of the loop.
  piped.catch(() => undefined);
  const slices = new Slices();
  try {
    for await (const plain of gunzip as AsyncIterable<Buffer>) yield* slices.add(plain);
    yield* slices.end();
  } catch (error) {
    throw gzipError(error);
  } finally {
    gunzip.destroy();
    await piped.catch(() => undefined);
  }
}

/** Cuts a tar into slices, and its end to the two blocks of zeros that belong to it. */
class Slices {
  private readonly slice = new Uint8Array(sliceSize);
  private filled = 0;
  private total = 0;
  /** Zeros that came last, and that may be the end. */
  private zeros = 0;

  *add(bytes: Uint8Array): Generator<Uint8Array, void> {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    if (end > 0) {
      yield* this.addZeros(this.zeros);
      yield* this.put(bytes.subarray(0, end));
      this.zeros = 0;
    }
    this.zeros += bytes.length - end;
  }

  *end(): Generator<Uint8Array, void> {
    const padding = -this.total & (tarBlock - 1);
    yield* this.addZeros(Math.min(this.zeros, padding + 2 * tarBlock));
    if (this.filled > 0) yield storedS2Chunk(this.slice.subarray(0, this.filled));
  }

  private *addZeros(count: number): Generator<Uint8Array, void> {
    for (let left = count; left > 0; left -= sliceSize) yield* this.put(new Uint8Array(Math.min(left, sliceSize)));
  }

  private *put(bytes: Uint8Array): Generator<Uint8Array, void> {
    this.total += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + sliceSize - this.filled);
      this.slice.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled < sliceSize) continue;
      yield storedS2Chunk(this.slice);
      this.filled = 0;
    }
  }
}

function gzipError(error: unknown): Error {
  if (isBackupError(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return truncated('the gzip file ends before its end');
  return damaged(`the gzip file cannot be read: ${messageOf(error)}`, error);
}
