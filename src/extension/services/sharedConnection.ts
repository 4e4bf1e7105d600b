import type { BackupError } from '../../engine';
import {
  connectServer,
  isCancelled,
  toBackupError,
  type ConnectionSettings,
  type ConnectionStatus,
  type ServerConnection,
} from '../../engine';

/** How a context's connection stands. */
export type ConnectionState =
  /** Not opened, or closed because nobody used it. */
  | { kind: 'closed' }
  | { kind: 'connecting' }
  | { kind: 'connected' }
  /** It was cut, and is coming back by itself. */
  | { kind: 'disconnected'; error: BackupError }
  /** It could not be opened, or ended for good; the next use tries again. */
  | { kind: 'failed'; error: BackupError };

/** What a shared connection asks of its owner. */
export interface SharedConnectionOptions {
  settings(signal: AbortSignal): Promise<ConnectionSettings>;
  /** How long it stays open without a use, in ms. */
  idleMs: number;
  onState(state: ConnectionState, before: ConnectionState): void;
  /** A subject that the user may not use; no request of its own tells. */
  onRefused(error: BackupError): void;
}

/** One connection that many share: opened by the first use, closed some time after the last one has ended. */
export class SharedConnection {
  state: ConnectionState = { kind: 'closed' };
  private opening: Promise<ServerConnection> | undefined;
  private life = new AbortController();
  private uses = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: SharedConnectionOptions) {}

  /** Keeps an open connection open until the returned function is called. Opens none. */
  hold(): () => void {
    this.uses += 1;
    clearTimeout(this.idle);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.uses -= 1;
      if (this.uses === 0) this.idle = setTimeout(() => void this.close(), this.options.idleMs);
    };
  }

  /**
   * The connection, opened if it is not. Call it between {@link hold} and its end.
   *
   * @throws BackupError why it cannot be opened, or why it is cut at the moment
   */
  connect(): Promise<ServerConnection> {
    if (this.state.kind === 'disconnected') return Promise.reject(this.state.error);
    this.opening ??= this.open(this.life);
    return this.opening;
  }

  /** Ends the connection, or the attempt to open one. The next use opens it again. */
  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { opening, life } = this;
    this.opening = undefined;
    this.life = new AbortController();
    this.become({ kind: 'closed' });
    life.abort();
    await opening?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  private async open(life: AbortController): Promise<ServerConnection> {
    this.become({ kind: 'connecting' });
    // What a connection tells that was closed meanwhile is no longer the state of this one.
    const current = () => this.life === life;
    try {
      const settings = await this.options.settings(life.signal);
      const onStatus = (status: ConnectionStatus) => current() && this.see(status);
      const connection = await connectServer(settings, { purpose: 'shared', signal: life.signal, onStatus });
      if (current()) this.become({ kind: 'connected' });
      return connection;
    } catch (thrown) {
      const error = toBackupError(thrown);
      if (current()) {
        this.opening = undefined;
        this.become(isCancelled(error) ? { kind: 'closed' } : { kind: 'failed', error });
      }
      throw error;
    }
  }

  private see(status: ConnectionStatus): void {
    switch (status.kind) {
      case 'disconnected':
        return this.become({ kind: 'disconnected', error: status.error });
      case 'reconnected':
        return this.become({ kind: 'connected' });
      case 'refused':
        return this.options.onRefused(status.error);
      case 'closed':
        this.opening = undefined;
        return this.become(status.error === undefined ? { kind: 'closed' } : { kind: 'failed', error: status.error });
    }
  }

  private become(state: ConnectionState): void {
    if (state.kind === this.state.kind && state.kind !== 'failed') return;
    const before = this.state;
    this.state = state;
    this.options.onState(state, before);
  }
}
