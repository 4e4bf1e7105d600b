import type { NatsConnection, ServerInfo, Status } from 'nats';
import type { NatsConnectionImpl } from 'nats/lib/nats-base-client/internal_mod';
import { BackupError } from '../errors';
import type { ConnectionSettings } from '../model';
import { toLostError } from './connectErrors';

/** What the server says of itself. After a reconnect it may be another server. */
export interface ServerFacts {
  serverName: string;
  /** As the server writes it: `2.10.24`, `2.15.0-preview.1`. */
  version: string;
  /** The largest message that the server takes, in bytes, headers included. */
  maxPayload: number;
  /** Whether the server has JetStream; an account may have none all the same. */
  jetstream: boolean;
  clusterName?: string;
  /** The JetStream domain of the server. */
  domain?: string;
  clientIp?: string;
}

/** What happens to a connection after it was made. */
export type ConnectionStatus =
  /** The link is gone; a shared connection is coming back, and requests meanwhile time out. */
  | { kind: 'disconnected'; error: BackupError }
  | { kind: 'reconnected' }
  /** The server dropped a publish or a subscription that this user may not do; no request of its own tells. */
  | { kind: 'refused'; error: BackupError }
  /** The last event. Without `error` we closed it ourselves. */
  | { kind: 'closed'; error?: BackupError };

/** A connection to a NATS server, and the memory of who ended it. */
export class ServerConnection {
  /** Resolves when the connection has ended: with the reason, or with nothing if {@link close} ended it. */
  readonly closed: Promise<BackupError | undefined>;
  private readonly refusalListeners = new Set<(error: BackupError) => void>();
  private ended: BackupError | undefined;
  private closing = false;

  /** @param life is aborted when the connection ends, and ends a dial that is in progress */
  constructor(
    readonly nc: NatsConnection,
    readonly settings: ConnectionSettings,
    private readonly life: AbortController,
    private readonly onStatus: (status: ConnectionStatus) => void = () => undefined,
  ) {
    void this.watch();
    this.closed = nc.closed().then((error) => this.end(error));
  }

  get info(): ServerFacts {
    // The client's type leaves out what it does not use itself.
    const info: (ServerInfo & { domain?: string }) | undefined = this.nc.info;
    if (info === undefined)
      throw new BackupError('connectionLost', `Context "${this.settings.context}" is not connected.`);
    return {
      serverName: info.server_name,
      version: info.version,
      maxPayload: info.max_payload,
      jetstream: info.jetstream === true,
      ...(info.cluster ? { clusterName: info.cluster } : {}),
      ...(info.domain ? { domain: info.domain } : {}),
      ...(info.client_ip ? { clientIp: info.client_ip } : {}),
    };
  }

  /** `host:port` of the server that we are, or were, connected to. */
  get server(): string {
    return this.nc.getServer();
  }

  /** Why the connection has ended, if it has and we did not end it. */
  get lost(): BackupError | undefined {
    return this.ended;
  }

  /**
   * Calls `listener` for every publish or subscription that the server drops because this user may not do it. The
   * returned function takes it off.
   */
  onRefused(listener: (error: BackupError) => void): () => void {
    this.refusalListeners.add(listener);
    return () => this.refusalListeners.delete(listener);
  }

  /** Ends the connection at once; what was published and not flushed may be lost. Safe to call twice. */
  async close(): Promise<void> {
    this.closing = true;
    this.life.abort();
    await this.nc.close();
    await this.closed;
  }

  private end(error: unknown): BackupError | undefined {
    this.life.abort();
    if (!this.closing) this.ended = this.lostError(error);
    this.onStatus({ kind: 'closed', ...(this.ended === undefined ? {} : { error: this.ended }) });
    return this.ended;
  }

  private get protocol(): NatsConnectionImpl['protocol'] {
    return (this.nc as NatsConnectionImpl).protocol;
  }

  private async watch(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (!this.closing) this.see(status);
    }
  }

  private see(status: Status): void {
    switch (status.type as string) {
      case 'disconnect':
        this.onStatus({ kind: 'disconnected', error: this.lostError(undefined) });
        break;
      case 'reconnect':
        // The client forgets no refusal by itself, and gives up for ever at the second one of a kind, however late.
        delete this.protocol.lastError;
        this.onStatus({ kind: 'reconnected' });
        break;
      case 'error':
        if (status.permissionContext !== undefined) this.refuse(this.refusal(status));
        break;
    }
  }

  private refuse(error: BackupError): void {
    this.onStatus({ kind: 'refused', error });
    for (const listener of this.refusalListeners) listener(error);
  }

  private lostError(error: unknown): BackupError {
    // The client ends the link on its own after a refusal; the refusal then says more than the end.
    const { lastError } = this.protocol;
    return toLostError(lastError?.isAuthError() ? lastError : error, this.settings, this.server);
  }

  private refusal({ permissionContext }: Status): BackupError {
    const { operation, subject } = permissionContext ?? { operation: 'use', subject: '' };
    const message = `Context "${this.settings.context}": no permission for ${operation} on "${subject}".`;
    return new BackupError('permissionDenied', `${message} Ask for this permission, or use a context that has it.`);
  }
}
