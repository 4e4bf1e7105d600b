import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { errorNumber, withFileErrors } from './fileError';

/** A file that was written: its name is relative to whatever folder the caller speaks of. */
export interface WrittenFile {
  name: string;
  /** Bytes. */
  size: number;
  /** Lowercase hex. */
  sha256: string;
}

/** Only the user who made a backup may read it: it holds messages. */
export const privateFileMode = 0o600;
export const privateFolderMode = 0o700;

/** Opens a file that must not exist yet, for writing, also where a symbolic link of that name waits. */
export const createNew = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

/** Makes a folder, and those above it that are missing; returns the topmost that was made. */
export async function makePrivateFolder(path: string): Promise<string | undefined> {
  return await withFileErrors('make the folder', path, () => mkdir(path, { recursive: true, mode: privateFolderMode }));
}

/** Writes a new file, of one text or of pieces as they come; it is on the disk only after {@link flush}. */
export async function writePrivateFile(
  path: string,
  text: string | AsyncIterable<string>,
): Promise<Omit<WrittenFile, 'name'>> {
  const hash = createHash('sha256');
  let size = 0;
  await withFileErrors('write the file', path, async () => {
    const file = await open(path, createNew, privateFileMode);
    try {
      for await (const piece of typeof text === 'string' ? [text] : text) {
        const bytes = Buffer.from(piece);
        await file.writeFile(bytes);
        hash.update(bytes);
        size += bytes.length;
      }
    } finally {
      await file.close();
    }
  });
  return { size, sha256: hash.digest('hex') };
}

/** Writes a new file and flushes it, on the calling thread. */
export function writePrivateFileSync(path: string, text: string): Omit<WrittenFile, 'name'> {
  const bytes = Buffer.from(text);
  const file = openSync(path, createNew, privateFileMode);
  try {
    writeAllSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { size: bytes.length, sha256: sha256Of(bytes) };
}

/** Writes all bytes: a write on a disk that is nearly full may take only some of them without an error. */
export function writeAllSync(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

/** What network disks and Windows say that have no way to flush a folder, and no need of one. */
const cannotFlushFolders = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'];

/** Flushes a file or folder to the disk. */
export async function flush(path: string, kind: 'file' | 'folder'): Promise<void> {
  await withFileErrors('flush to disk', path, async () => {
    try {
      const handle = await open(path, kind === 'file' ? 'r+' : 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (kind === 'file' || !cannotFlushFolders.includes(errorNumber(error) ?? '')) throw error;
    }
  });
}

/** Lowercase hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
