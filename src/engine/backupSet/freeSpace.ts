import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorNumber, fileError } from './fileError';

/**
 * Bytes that this user can still write where `path` is, or will be: the nearest folder above it that exists counts.
 *
 * @throws BackupError `fileAccess`
 */
export async function freeBytes(path: string): Promise<number> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch (error) {
      if (errorNumber(error) !== 'ENOENT' || folder === dirname(folder)) {
        throw fileError(error, 'measure the free space', folder);
      }
    }
  }
}
