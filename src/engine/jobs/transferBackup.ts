import { createArchiveVerifier, type ArchiveVerifier } from '../archive/open';
import { openArchiveFile, type ArchiveSink } from '../backupSet/openArchiveFile';
import { writeBackupJson } from '../backupSet/backupJson';
import { BackupError } from '../errors';
import { connectServer } from '../nats/connect';
import type { ServerConnection } from '../nats/serverConnection';
import { takeSnapshot, type SnapshotAnnouncement } from '../nats/snapshot';
import type { TransferProgress } from '../progress';
import type { BackupTask, BackupTaskResult } from './transferTasks';

/**
 * Takes a snapshot to disk and proves it on the way, in the calling thread: each chunk is checked and written inside
 * the subscription's callback, so that a slow disk holds back the socket and nothing queues.
 *
 * @throws BackupError; the folder then holds no archive
 */
export async function transferBackup(
  task: BackupTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<BackupTaskResult> {
  const connection = await connectServer(task.settings, { purpose: 'transfer', signal });
  try {
    return await receive(connection, task, emit, signal);
  } finally {
    await connection.close();
  }
}

async function receive(
  connection: ServerConnection,
  task: BackupTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<BackupTaskResult> {
  const begin = performance.now();
  const verifier = await createArchiveVerifier({ stream: task.stream });
  const file = openArchiveFile(task.folder);
  try {
    const sink = new VerifyingSink(task, verifier, file, emit);
    const chunks = await takeSnapshot(connection, task, sink, signal);
    const summary = verifier.end();
    const announced = sink.announced();
    const archive = await file.finish(summary.format);
    const backupJson = writeBackupJson(task.folder, announced);
    const seconds = (performance.now() - begin) / 1000;
    return { summary, ...announced, chunks, seconds, files: [archive, backupJson] };
  } catch (error) {
    file.abort();
    throw error;
  } finally {
    verifier.dispose();
  }
}

class VerifyingSink {
  private announcement: SnapshotAnnouncement | undefined;
  private chunks = 0;

  constructor(
    private readonly task: BackupTask,
    private readonly verifier: ArchiveVerifier,
    private readonly file: ArchiveSink,
    private readonly emit: (progress: TransferProgress) => void,
  ) {}

  announce(announcement: SnapshotAnnouncement): void {
    this.announcement = announcement;
  }

  chunk(bytes: Uint8Array): void {
    this.verifier.write(bytes);
    this.file.write(bytes);
    this.chunks += 1;
    this.emit({
      stream: this.task.stream,
      phase: 'backup',
      bytes: this.verifier.uncompressedBytes,
      total: this.task.expectedBytes,
      archiveBytes: this.file.bytes,
      chunks: this.chunks,
    });
  }

  announced(): SnapshotAnnouncement {
    if (this.announcement !== undefined) return this.announcement;
    throw new BackupError('internal', `Stream ${this.task.stream}: the snapshot ended before it was announced.`);
  }
}
