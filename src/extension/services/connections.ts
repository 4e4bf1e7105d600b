import { EventEmitter, type Disposable, type Event } from 'vscode';
import { JetStreamApi } from '../../engine';
import type { Log } from '../ui/log';
import type { Contexts } from './contexts';
import { Disposables } from './disposables';
import { SharedConnection, type ConnectionState } from './sharedConnection';

export interface ConnectionChange {
  context: string;
  state: ConnectionState;
  before: ConnectionState;
}

/** How long an unused connection stays open, in ms. */
const idleMs = 5 * 60_000;

/** One shared connection a context. Opened by the first use; closed when idle, when its context changes, and at the end. */
export class Connections implements Disposable {
  private readonly owned = new Disposables();
  private readonly changes = this.owned.add(new EventEmitter<ConnectionChange>());
  readonly onDidChangeState: Event<ConnectionChange> = this.changes.event;
  private readonly shared = new Map<string, SharedConnection>();

  constructor(
    private readonly contexts: Contexts,
    private readonly log: Log,
  ) {
    this.owned.add(contexts.onDidChange(({ names }) => names.forEach((name) => void this.close(name))));
  }

  stateOf(context: string): ConnectionState {
    return this.shared.get(context)?.state ?? { kind: 'closed' };
  }

  /**
   * Asks something of a context's server.
   *
   * @throws BackupError why the server cannot be reached, and whatever `ask` throws
   */
  async use<T>(context: string, ask: (api: JetStreamApi) => Promise<T>): Promise<T> {
    const shared = this.sharedFor(context);
    const release = shared.hold();
    try {
      return await ask(new JetStreamApi(await shared.connect()));
    } finally {
      release();
    }
  }

  /** Keeps a context's connection from being closed as idle until the result is disposed. Opens none. */
  hold(context: string): Disposable {
    return { dispose: this.sharedFor(context).hold() };
  }

  /** Ends a context's connection; the next use opens it again, with the context as it is then. */
  async close(context: string): Promise<void> {
    await this.shared.get(context)?.close();
  }

  dispose(): void {
    for (const context of this.shared.keys()) void this.close(context);
    this.owned.dispose();
  }

  private sharedFor(context: string): SharedConnection {
    let shared = this.shared.get(context);
    if (shared === undefined) {
      shared = new SharedConnection({
        settings: (signal) => this.contexts.settingsOf(context, signal),
        idleMs,
        onState: (state, before) => this.tell({ context, state, before }),
        onRefused: (error) => this.log.warn(error.message),
      });
      this.shared.set(context, shared);
    }
    return shared;
  }

  private tell(change: ConnectionChange): void {
    const { context, state } = change;
    if (state.kind === 'disconnected' || state.kind === 'failed') this.log.error(`context ${context}`, state.error);
    else this.log.debug(`context ${context}: ${state.kind}`);
    this.changes.fire(change);
  }
}
