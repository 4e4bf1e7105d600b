import type { PlainError } from '../errors';
import type { TransferProgress } from '../progress';
import type { BackupTaskResult, RestoreTaskResult, TransferTask, VerifyTaskResult } from './transferTasks';

/** What crosses the thread: tasks and aborts one way, progress at a bounded rate and results the other. */
export type ToWorker = { type: 'run'; id: number; task: TransferTask } | { type: 'abort'; id: number };

export type FromWorker =
  | { type: 'progress'; id: number; progress: TransferProgress }
  | { type: 'done'; id: number; result: BackupTaskResult | VerifyTaskResult | RestoreTaskResult }
  | { type: 'failed'; id: number; error: PlainError };
