/** Where the work on a stream is. */
export type Phase =
  /** Bytes come from the server and are checked on the way to disk. */
  | 'backup'
  /** An archive on disk is read and checked. */
  | 'verify'
  /** Bytes go to the server. */
  | 'upload'
  /** The server recovers the stream from what it was sent; it does not say how far it is. */
  | 'recover'
  /** The restored stream is read back. */
  | 'compare'
  /** Configurations are read from the server. */
  | 'read'
  /** Configurations are sent to the server. */
  | 'apply';

/** How far one stream is. Events of a transfer come at a bounded rate. */
export interface TransferProgress {
  stream: string;
  phase: Phase;
  /** In the measure of `total`: uncompressed bytes of a backup, bytes of the archive otherwise. */
  bytes: number;
  /** 0 where unknown. */
  total: number;
  /** Bytes of the archive so far, and the chunks that carried them. */
  archiveBytes: number;
  chunks: number;
}

/** Calls `emit` with the newest value at most every `intervalMs`; `flush` emits one that is still held back. */
export class RateLimiter<T> {
  private last = -Infinity;
  private held: { value: T } | undefined;

  constructor(
    private readonly emit: (value: T) => void,
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  push(value: T): void {
    const now = this.now();
    if (now - this.last < this.intervalMs) {
      this.held = { value };
      return;
    }
    this.last = now;
    this.held = undefined;
    this.emit(value);
  }

  flush(): void {
    if (this.held === undefined) return;
    const { value } = this.held;
    this.held = undefined;
    this.emit(value);
  }
}

/** How far a run over one or more streams is. */
export interface RunProgress {
  phase: Phase;
  streamsDone: number;
  streamsTotal: number;
  /** Bytes of the streams under way and done. */
  bytes: number;
  /** 0 where unknown. */
  total: number;
  /** Over the last seconds. */
  bytesPerSecond: number;
  /** Absent until it can be told. */
  secondsLeft?: number;
  /** Names of the streams under way. */
  active: string[];
}

/** What a run tells while it works; `finished` is the last event, also after a cancel. */
export type RunEvent<Result> =
  | { kind: 'message'; level: 'info' | 'warning' | 'error'; text: string }
  | { kind: 'progress'; progress: RunProgress }
  | { kind: 'finished'; result: Result };
