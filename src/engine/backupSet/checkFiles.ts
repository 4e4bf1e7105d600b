import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BackupError, isCancelled, toBackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import { readChunks } from './archiveFile';
import { assertInside } from './assertInside';
import { regularFile } from './readJson';
import { withFileErrors } from './fileError';
import type { Manifest, ManifestFile } from './manifest';

export interface CheckOptions {
  /** The files to check; without it all. Archives are better left to a worker, which verifies them as it hashes. */
  only?: (file: ManifestFile) => boolean;
  signal?: AbortSignal;
}

/** A file of a set that is not what its manifest says. */
export interface FileProblem {
  /** As in the manifest. */
  path: string;
  problem: BackupError;
}

/**
 * Compares a set's files with the sizes and SHA-256 of its manifest, in the manifest's order.
 *
 * @throws BackupError `cancelled`
 */
export async function checkFiles(set: string, manifest: Manifest, options: CheckOptions = {}): Promise<FileProblem[]> {
  const files = manifest.files.filter(options.only ?? (() => true));
  const problems = await inParallel(files, 8, async (file): Promise<FileProblem[]> => {
    try {
      await checkFile(set, file, options.signal);
      return [];
    } catch (error) {
      if (isCancelled(error)) throw error;
      return [{ path: file.path, problem: toBackupError(error) }];
    }
  });
  return problems.flat();
}

async function checkFile(set: string, { path, size, sha256 }: ManifestFile, signal?: AbortSignal): Promise<void> {
  const file = join(set, path);
  await assertInside(set, file);
  const found = await withFileErrors('read the file', file, () => regularFile(file));
  if (found.size !== size) {
    const message = `${file} is ${found.size} bytes long, but the manifest says ${size}.`;
    throw new BackupError(found.size < size ? 'archiveTruncated' : 'archiveMismatch', message);
  }
  const hash = createHash('sha256');
  for await (const chunk of readChunks(file, signal === undefined ? {} : { signal })) hash.update(chunk);
  if (hash.digest('hex') !== sha256) {
    throw new BackupError('archiveMismatch', `${file} is not the file that was backed up: its SHA-256 differs.`);
  }
}
