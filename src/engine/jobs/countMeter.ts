import { RateLimiter, type Phase, type RunProgress } from '../progress';

const intervalMs = 100;

/** Progress of a run that counts streams, not bytes. */
export class CountMeter {
  private done = 0;
  private readonly limiter: RateLimiter<RunProgress>;

  constructor(
    private readonly phase: Phase,
    private readonly total: number,
    emit: (progress: RunProgress) => void,
  ) {
    this.limiter = new RateLimiter(emit, intervalMs);
  }

  /** One more is done. */
  step(): void {
    this.done += 1;
    const { phase, done, total } = this;
    this.limiter.push({
      phase,
      streamsDone: done,
      streamsTotal: total,
      bytes: 0,
      total: 0,
      bytesPerSecond: 0,
      active: [],
    });
    if (done === total) this.limiter.flush();
  }
}
