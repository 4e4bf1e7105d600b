import { createHash } from 'node:crypto';
import { createArchiveVerifier } from '../archive/open';
import { fileIdentity } from '../backupSet/archiveFile';
import { BackupError } from '../errors';
import type { TransferProgress } from '../progress';
import { openArchiveStream } from './archiveStream';
import type { VerifyTask, VerifyTaskResult } from './transferTasks';

/**
 * Reads an archive from disk to its last record, in the calling thread. The hash is that of the bytes that a server is
 * sent, which are the file's own unless it is inside gzip.
 *
 * @throws BackupError that says what is wrong and where; `archiveMismatch` if it is whole but not the file of the manifest
 */
export async function transferVerify(
  task: VerifyTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<VerifyTaskResult> {
  const verifier = await createArchiveVerifier(task.anyStream === true ? {} : { stream: task.stream });
  const hash = createHash('sha256');
  let chunks = 0;
  const identity = await fileIdentity(task.archivePath);
  try {
    const archive = await openArchiveStream(task.archivePath, identity, signal);
    for await (const bytes of archive.chunks) {
      verifier.write(bytes);
      hash.update(bytes);
      chunks += 1;
      emit({
        stream: task.stream,
        phase: 'verify',
        bytes: archive.fileBytes,
        total: identity.size,
        archiveBytes: verifier.archiveBytes,
        chunks,
      });
    }
    const summary = verifier.end();
    const sha256 = hash.digest('hex');
    checkHash(task, sha256);
    return { summary, sha256, identity };
  } finally {
    verifier.dispose();
  }
}

function checkHash(task: VerifyTask, sha256: string): void {
  if (task.sha256 === undefined || task.sha256 === sha256) return;
  throw new BackupError(
    'archiveMismatch',
    `${task.archivePath} is whole, but it is not the file that this backup wrote: its SHA-256 is ${sha256}, the ` +
      `manifest says ${task.sha256}.`,
  );
}
