import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsync, openSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupError } from '../errors';
import type { ArchiveFormat } from '../model';
import { fileError, withFileErrors } from './fileError';
import { archiveNames } from './layout';
import { createNew, privateFileMode, writeAllSync, type WrittenFile } from './privateFile';

const partialFile = 'archive.partial';

/** A stream's archive while it is written. One of `finish` and `abort` must be called. */
export interface ArchiveSink {
  /** Bytes written so far. */
  readonly bytes: number;
  /**
   * Writes all of the bytes before it returns, so that a slow disk holds back whoever brings them. The caller may reuse
   * the slice afterwards.
   *
   * @throws BackupError `diskFull`, `fileAccess`
   */
  write(bytes: Uint8Array): void;
  /**
   * Flushes the file, off this thread, and gives it the name of its format. Nothing is overwritten.
   *
   * @throws BackupError `diskFull`, `fileAccess`; the file is then still there for `abort` to remove
   */
  finish(format: ArchiveFormat): Promise<WrittenFile>;
  /** Closes and removes the file unless it is finished. Never throws; safe to call twice. */
  abort(): void;
}

/**
 * Starts the archive of the stream whose folder this is, on the calling thread. Meant for the worker that receives the
 * stream: `write` is synchronous.
 *
 * @throws BackupError `diskFull`, `fileAccess`
 */
export function openArchiveFile(folder: string): ArchiveSink {
  return new FileSink(folder);
}

class FileSink implements ArchiveSink {
  bytes = 0;
  private readonly path: string;
  private readonly hash = createHash('sha256');
  private file: number | undefined;

  constructor(private readonly folder: string) {
    this.path = join(folder, partialFile);
    try {
      this.file = openSync(this.path, createNew, privateFileMode);
    } catch (error) {
      throw fileError(error, 'start the archive', this.path);
    }
  }

  write(bytes: Uint8Array): void {
    try {
      writeAllSync(this.open(), bytes);
    } catch (error) {
      throw fileError(error, 'write the archive', this.path);
    }
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }

  async finish(format: ArchiveFormat): Promise<WrittenFile> {
    const name = archiveNames[format];
    await withFileErrors('finish the archive', this.path, async () => {
      await promisify(fsync)(this.open());
      this.close();
      const taken = Object.values(archiveNames).find((file) => existsSync(join(this.folder, file)));
      if (taken !== undefined) {
        throw new BackupError('fileAccess', `${join(this.folder, taken)} exists already and is not overwritten.`);
      }
      await rename(this.path, join(this.folder, name));
    });
    return { name, size: this.bytes, sha256: this.hash.digest('hex') };
  }

  abort(): void {
    try {
      this.close();
      rmSync(this.path, { force: true });
    } catch {
      // The whole set is removed later, or found to be abandoned.
    }
  }

  private open(): number {
    if (this.file === undefined) throw new BackupError('internal', `${this.path} is closed already.`);
    return this.file;
  }

  private close(): void {
    if (this.file === undefined) return;
    const file = this.file;
    this.file = undefined;
    closeSync(file);
  }
}
