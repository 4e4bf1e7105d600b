import type { Phase, RunProgress, TransferProgress } from '../progress';

/** The rate is taken over so many milliseconds. */
const rateWindowMs = 5000;

interface Share {
  bytes: number;
  total: number;
}

/** Adds up what several transfers report to one honest figure: per cent, rate and time left of the whole run. */
export class RunMeter {
  private readonly shares = new Map<string, Share>();
  private readonly active = new Set<string>();
  private readonly samples: { at: number; bytes: number }[] = [];
  private done = 0;
  private phase: Phase;

  /** @param expected bytes of each stream of the run, 0 where unknown */
  constructor(
    phase: Phase,
    expected: Iterable<readonly [stream: string, bytes: number]>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.phase = phase;
    for (const [stream, total] of expected) this.shares.set(stream, { bytes: 0, total });
  }

  report(progress: TransferProgress): RunProgress {
    this.phase = progress.phase;
    this.active.add(progress.stream);
    const share = this.share(progress.stream);
    // A live stream may give more than it had when it was asked.
    share.total = Math.max(progress.total, progress.bytes);
    share.bytes = progress.bytes;
    return this.current();
  }

  /** The stream is through, well or badly; what it did not bring is no longer waited for. */
  end(stream: string): RunProgress {
    this.done += 1;
    this.active.delete(stream);
    const share = this.share(stream);
    share.total = share.bytes;
    return this.current();
  }

  current(): RunProgress {
    const shares = [...this.shares.values()];
    const bytes = shares.reduce((sum, share) => sum + share.bytes, 0);
    const total = shares.reduce((sum, share) => sum + share.total, 0);
    const bytesPerSecond = this.rate(bytes);
    return {
      phase: this.phase,
      streamsDone: this.done,
      streamsTotal: this.shares.size,
      bytes,
      total,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && total > 0 ? { secondsLeft: (total - bytes) / bytesPerSecond } : {}),
      active: [...this.active],
    };
  }

  private share(stream: string): Share {
    const share = this.shares.get(stream) ?? { bytes: 0, total: 0 };
    this.shares.set(stream, share);
    return share;
  }

  private rate(bytes: number): number {
    const at = this.now();
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > rateWindowMs) this.samples.shift();
    const oldest = this.samples[0] ?? { at, bytes };
    return at - oldest.at < 200 ? 0 : Math.max(0, ((bytes - oldest.bytes) * 1000) / (at - oldest.at));
  }
}
