import { createHash } from 'node:crypto';
import { BackupError } from '../errors';
import { connectServer } from '../nats/connect';
import type { ServerConnection } from '../nats/serverConnection';
import { restoreStream, uploadChunkSize, type UploadSource } from '../nats/restore';
import type { Phase, TransferProgress } from '../progress';
import { openArchiveStream } from './archiveStream';
import { ReadAhead } from './readAhead';
import type { RestoreTask, RestoreTaskResult } from './transferTasks';

/**
 * Sends a verified archive to a server, in the calling thread, and hashes it again on the way: the end is sent only if
 * it is what was verified.
 *
 * @throws BackupError; what the server then holds must be asked of it
 */
export async function transferRestore(
  task: RestoreTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<RestoreTaskResult> {
  const connection = await connectServer(task.settings, { purpose: 'transfer', signal });
  try {
    return await send(connection, task, emit, signal);
  } finally {
    await connection.close();
  }
}

async function send(
  connection: ServerConnection,
  task: RestoreTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<RestoreTaskResult> {
  const { chunks } = await openArchiveStream(task.archivePath, task.identity, signal);
  const source = new HashingSource(task, new ReadAhead(chunks, uploadChunkSize(connection)));
  const begin = performance.now();
  let uploaded = begin;
  let chunksSent = 0;
  const report = (phase: Phase, bytes: number) => {
    const total = task.archiveBytes;
    emit({ stream: task.stream, phase, bytes, total, archiveBytes: bytes, chunks: chunksSent });
  };
  try {
    // The server gives up after 5 s without a chunk: what will be needed first is read before it is asked.
    await source.fill();
    const state = await restoreStream(
      connection,
      task,
      source,
      {
        accepted: () => report('upload', 0),
        uploaded: (bytes, chunks) => {
          chunksSent = chunks;
          report('upload', bytes);
        },
        recovering: () => {
          uploaded = performance.now();
          report('recover', task.archiveBytes);
        },
      },
      signal,
    );
    return {
      state,
      chunks: chunksSent,
      archiveBytes: task.archiveBytes,
      uploadSeconds: (uploaded - begin) / 1000,
      recoverSeconds: (performance.now() - uploaded) / 1000,
    };
  } finally {
    await chunks.return();
  }
}

class HashingSource implements UploadSource {
  private readonly hash = createHash('sha256');

  constructor(
    private readonly task: RestoreTask,
    private readonly ahead: ReadAhead,
  ) {}

  fill(): Promise<void> {
    return this.ahead.fill();
  }

  async next(): Promise<Uint8Array | undefined> {
    const piece = await this.ahead.next();
    if (piece !== undefined) this.hash.update(piece);
    return piece;
  }

  checkSent(): void {
    if (this.hash.digest('hex') === this.task.sha256) return;
    throw new BackupError(
      'archiveMismatch',
      `Stream ${this.task.stream}: ${this.task.archivePath} changed after it was verified; the restore was not ended. ` +
        `Verify the backup again.`,
    );
  }
}
