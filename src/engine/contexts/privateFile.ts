import { randomBytes } from 'node:crypto';
import { chmod, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackupError, isBackupError, messageOf } from '../errors';

/**
 * Writes a file that only its owner may read (0600): beside its place, flushed, then renamed, so that a reader meets the
 * old text or the new one. A symbolic link stays one; what it leads to is replaced.
 *
 * @throws BackupError `fileAccess`, `diskFull`
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await fileOperation(`write ${path}`, async () => {
    const target = (await unlessMissing(realpath(path))) ?? path;
    const temporary = `${target}.tmp-${randomBytes(6).toString('hex')}`;
    try {
      await writeFlushed(temporary, text);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(dirname(target));
  });
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A strange umask may have taken rights from the owner.
  await chmod(path, 0o600);
}

/** Makes a rename last through a power cut, where the system can: Windows opens no folders. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The content is flushed; only the rename may come late.
  }
}

/** The result, or undefined where the file or folder is not there. */
export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Runs a file operation; `what` completes "Cannot …" when it fails.
 *
 * @throws BackupError `diskFull`, `fileAccess`; one that the operation throws passes as it is
 */
export async function fileOperation<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (isBackupError(error)) throw error;
    const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
    const next = full ? 'Free some space and try again.' : 'Check that it exists, its owner and its permissions.';
    const message = `Cannot ${what}: ${messageOf(error)}. ${next}`;
    throw new BackupError(full ? 'diskFull' : 'fileAccess', message, { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
