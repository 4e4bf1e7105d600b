import { Worker } from 'node:worker_threads';
import { BackupError, fromPlainError } from '../errors';
import type { TransferProgress } from '../progress';
import { onAbort } from '../util/abort';
import type { TransferResult, TransferTask } from './transferTasks';
import type { FromWorker, ToWorker } from './workerProtocol';

/** A worker that does not end its task after an abort is ended itself. */
const abortGraceMs = 5000;

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  progress: (progress: TransferProgress) => void;
}

/**
 * Worker threads of one run, made when first needed and ended with it. Each runs one task at a time; a small stream
 * goes to the worker that is free next, so one worker serves many.
 */
export class WorkerPool {
  private readonly idle: TransferWorker[] = [];
  private readonly all = new Set<TransferWorker>();

  /** @param workerFile the bundled worker, or the compiled `worker.js` beside the engine */
  constructor(private readonly workerFile: string) {}

  /** @throws BackupError of the task; `cancelled` on abort */
  async run<T extends TransferTask>(
    task: T,
    progress: (progress: TransferProgress) => void,
    signal?: AbortSignal,
  ): Promise<TransferResult<T>> {
    const worker = this.nextIdle() ?? this.spawn();
    try {
      return await worker.run(task, progress, signal);
    } finally {
      if (worker.alive) this.idle.push(worker);
      else this.all.delete(worker);
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.all].map((worker) => worker.dispose()));
    this.all.clear();
    this.idle.length = 0;
  }

  /** A worker can die without a task; what is sent to a dead one is never answered. */
  private nextIdle(): TransferWorker | undefined {
    for (let worker = this.idle.pop(); worker !== undefined; worker = this.idle.pop()) {
      if (worker.alive) return worker;
      this.all.delete(worker);
    }
    return undefined;
  }

  private spawn(): TransferWorker {
    const worker = new TransferWorker(this.workerFile);
    this.all.add(worker);
    return worker;
  }
}

class TransferWorker {
  alive = true;
  private readonly worker: Worker;
  private pending: Pending | undefined;
  private id = 0;

  constructor(file: string) {
    this.worker = new Worker(file);
    this.worker.on('message', (message: FromWorker) => this.take(message));
    this.worker.on('error', (cause) =>
      this.end(new BackupError('internal', `The worker failed: ${cause.message}`, { cause })),
    );
    this.worker.on('exit', () => this.end(new BackupError('internal', 'The worker ended in the middle of its task.')));
  }

  async run<T extends TransferTask>(
    task: T,
    progress: (progress: TransferProgress) => void,
    signal: AbortSignal | undefined,
  ): Promise<TransferResult<T>> {
    if (signal?.aborted) throw cancelled(task);
    const id = ++this.id;
    const done = new Promise<TransferResult<T>>((resolve, reject) => {
      this.pending = { resolve, reject, progress };
    });
    this.post({ type: 'run', id, task });
    let grace: NodeJS.Timeout | undefined;
    const stopListening = onAbort(signal, () => {
      this.post({ type: 'abort', id });
      grace = setTimeout(() => void this.worker.terminate(), abortGraceMs);
    });
    try {
      return await done;
    } catch (error) {
      if (signal?.aborted) throw cancelled(task, error);
      throw error;
    } finally {
      stopListening();
      clearTimeout(grace);
      this.pending = undefined;
    }
  }

  async dispose(): Promise<void> {
    this.alive = false;
    await this.worker.terminate();
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private take(message: FromWorker): void {
    if (message.id !== this.id) return;
    switch (message.type) {
      case 'progress':
        this.pending?.progress(message.progress);
        break;
      case 'done':
        this.pending?.resolve(message.result as never);
        break;
      case 'failed':
        this.pending?.reject(fromPlainError(message.error));
        break;
    }
  }

  private end(error: BackupError): void {
    this.alive = false;
    this.pending?.reject(error);
  }
}

const words = { backup: 'backup', verify: 'verification', restore: 'restore' } as const;

function cancelled({ kind, stream }: TransferTask, cause?: unknown): BackupError {
  return new BackupError('cancelled', `The ${words[kind]} of stream ${stream} was cancelled.`, { cause });
}
