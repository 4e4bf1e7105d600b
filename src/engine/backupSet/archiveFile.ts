import type { BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { BackupError } from '../errors';
import { throwIfAborted } from '../util/abort';
import { withFileErrors } from './fileError';

/** Tells whether a file is still the one that was looked at before. Plain data: it can cross a thread. */
export interface FileIdentity {
  size: number;
  /** Nanoseconds since 1970, decimal; so are the file system's own numbers for the disk and the file. */
  modified: string;
  device: string;
  inode: string;
}

export interface ReadOptions {
  /** Bytes of every chunk but the last; 1 MiB unless told. */
  chunkSize?: number;
  /** Chunks that are read before they are asked for; 3 unless told. */
  readAhead?: number;
  signal?: AbortSignal;
  /** What the file must still be. */
  identity?: FileIdentity;
}

/** @throws BackupError `fileAccess` */
export async function fileIdentity(path: string): Promise<FileIdentity> {
  return await withFileErrors('read the archive', path, async () =>
    identityOf(path, await stat(path, { bigint: true })),
  );
}

/**
 * Reads a file from its first byte to its last, ahead of whoever takes the chunks. A chunk is the taker's own: it is not
 * written to again.
 *
 * @throws BackupError `fileAccess`; `archiveMismatch` if the file changed since `identity` was taken, or while it was
 *   read; `cancelled`
 */
export async function* readChunks(path: string, options: ReadOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  const { chunkSize = 1024 * 1024, readAhead = 3, signal } = options;
  const file = await withFileErrors('open the archive', path, () => open(path, 'r'));
  const ahead: Promise<Buffer>[] = [];
  try {
    const identity = await identityOfOpen(path, file);
    assertSame(path, identity, options.identity ?? identity, 'since it was looked at');
    let offset = 0;
    do {
      for (; ahead.length <= readAhead && offset < identity.size; offset += chunkSize) {
        const chunk = readFully(path, file, offset, Math.min(chunkSize, identity.size - offset));
        // Whoever awaits it hears of its failure; until then it is not unhandled.
        chunk.catch(() => undefined);
        ahead.push(chunk);
      }
      throwIfAborted(signal, `Reading ${path}`);
      const chunk = await ahead.shift();
      if (chunk !== undefined) yield chunk;
    } while (ahead.length > 0 || offset < identity.size);
    assertSame(path, await identityOfOpen(path, file), identity, 'while it was read');
  } finally {
    await Promise.allSettled(ahead);
    await file.close();
  }
}

async function readFully(path: string, file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await withFileErrors('read the archive', path, () =>
      file.read(chunk, filled, length - filled, offset + filled),
    );
    if (bytesRead === 0) throw changed(path, 'while it was read');
    filled += bytesRead;
  }
  return chunk;
}

async function identityOfOpen(path: string, file: FileHandle): Promise<FileIdentity> {
  return await withFileErrors('read the archive', path, async () =>
    identityOf(path, await file.stat({ bigint: true })),
  );
}

function identityOf(path: string, stats: BigIntStats): FileIdentity {
  if (!stats.isFile()) throw new BackupError('fileAccess', `${path} is not a regular file.`);
  return {
    size: Number(stats.size),
    modified: String(stats.mtimeNs),
    device: String(stats.dev),
    inode: String(stats.ino),
  };
}

function assertSame(path: string, now: FileIdentity, before: FileIdentity, when: string): void {
  const keys = ['size', 'modified', 'device', 'inode'] as const;
  if (!keys.every((key) => now[key] === before[key])) throw changed(path, when);
}

function changed(path: string, when: string): BackupError {
  return new BackupError('archiveMismatch', `${path} changed ${when}. Verify it again before it is restored.`);
}
