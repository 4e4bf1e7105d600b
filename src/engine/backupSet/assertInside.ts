import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { BackupError } from '../errors';
import { withFileErrors } from './fileError';

/**
 * A set may come from anywhere: a link in it must not lead a restore to some other file of this machine.
 *
 * @throws BackupError `archiveMismatch`, `fileAccess`
 */
export async function assertInside(folder: string, file: string): Promise<void> {
  const [root, target] = await withFileErrors('read the file', file, () =>
    Promise.all([realpath(folder), realpath(file)]),
  );
  if (target.startsWith(root + sep)) return;
  throw new BackupError('archiveMismatch', `${file} is a link out of its backup set, to ${target}.`);
}
