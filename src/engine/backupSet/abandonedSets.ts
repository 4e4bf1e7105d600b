import { lstat, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { BackupError } from '../errors';
import { withFileErrors } from './fileError';
import { findBackups } from './findBackups';
import { isPartialFolderName } from './layout';
import { isAbandoned } from './owner';

/** Temporary folders of backups in a backup folder whose process is gone. */
export async function findAbandonedSets(backupFolder: string): Promise<string[]> {
  const abandoned: string[] = [];
  for await (const found of findBackups(backupFolder, { depth: 2 })) {
    if (found.kind === 'partial' && found.abandoned) abandoned.push(found.path);
  }
  return abandoned;
}

/**
 * Removes such a folder; its owner is looked for once more first.
 *
 * @throws BackupError `invalidOption` if it is no such folder, or its owner lives; `fileAccess`
 */
export async function removeAbandoned(path: string): Promise<void> {
  const found = await withFileErrors('remove the folder', path, () => lstat(path));
  if (!found.isDirectory() || !isPartialFolderName(basename(path))) {
    throw new BackupError('invalidOption', `${path} is not the temporary folder of a backup; it is not removed.`);
  }
  if (!(await isAbandoned(path))) {
    throw new BackupError(
      'invalidOption',
      `${path} is still being written; it is not removed. Cancel the backup first.`,
    );
  }
  await withFileErrors('remove the folder', path, () => rm(path, { recursive: true, maxRetries: 3 }));
}
