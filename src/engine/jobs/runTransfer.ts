import { RateLimiter, type TransferProgress } from '../progress';
import { transferBackup } from './transferBackup';
import { transferRestore } from './transferRestore';
import type { BackupTaskResult, RestoreTaskResult, TransferTask, VerifyTaskResult } from './transferTasks';
import { transferVerify } from './transferVerify';

/** Milliseconds between two progress events of one transfer. */
const progressIntervalMs = 100;

/** Runs one task in the calling thread, which is the worker's. Progress comes at most every 100 ms and once at the end. */
export async function runTransfer(
  task: TransferTask,
  emit: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<BackupTaskResult | VerifyTaskResult | RestoreTaskResult> {
  const limiter = new RateLimiter(emit, progressIntervalMs);
  const progress = (value: TransferProgress) => limiter.push(value);
  try {
    switch (task.kind) {
      case 'backup':
        return await transferBackup(task, progress, signal);
      case 'verify':
        return await transferVerify(task, progress, signal);
      case 'restore':
        return await transferRestore(task, progress, signal);
    }
  } finally {
    limiter.flush();
  }
}
