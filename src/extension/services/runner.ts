import type { CancellationToken, Disposable } from 'vscode';
import { BackupError, onAbort, type RunEvent } from '../../engine';
import type { Log } from '../ui/log';
import { setRunning, withRunProgress } from '../ui/progress';
import { signalOf } from './cancellation';
import type { Settings } from './settings';

/** Long work of the engine: shown while it runs, logged, and ended by its own cancel, by {@link cancelAll} or by its token. */
export class Runner implements Disposable {
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly settings: Settings,
    private readonly log: Log,
  ) {}

  /**
   * Takes a run to its end.
   *
   * @param title what a person sees: `Backing up 3 streams of prod`
   * @throws BackupError that the run itself throws
   */
  async run<Result>(
    title: string,
    start: (signal: AbortSignal) => AsyncIterable<RunEvent<Result>>,
    token?: CancellationToken,
  ): Promise<Result> {
    const controller = new AbortController();
    const cancel = () => controller.abort();
    const stopListening = onAbort(signalOf(token), cancel);
    this.running.add(controller);
    void setRunning(true);
    try {
      return await withRunProgress(this.settings.progress(), title, { log: this.log, cancel }, (report) =>
        this.follow(start(controller.signal), report),
      );
    } finally {
      stopListening();
      this.running.delete(controller);
      void setRunning(this.running.size > 0);
    }
  }

  /** @returns how many runs it ended */
  cancelAll(): number {
    for (const controller of this.running) controller.abort();
    return this.running.size;
  }

  dispose(): void {
    this.cancelAll();
  }

  private async follow<Result>(
    events: AsyncIterable<RunEvent<Result>>,
    report: (progress: Extract<RunEvent<Result>, { kind: 'progress' }>['progress']) => void,
  ): Promise<Result> {
    for await (const event of events) {
      switch (event.kind) {
        case 'progress':
          report(event.progress);
          break;
        case 'message':
          this.tell(event.level, event.text);
          break;
        case 'finished':
          return event.result;
      }
    }
    throw new BackupError('internal', 'The run ended without a result.');
  }

  private tell(level: 'info' | 'warning' | 'error', text: string): void {
    if (level === 'info') this.log.info(text);
    else this.log.warn(text);
  }
}
