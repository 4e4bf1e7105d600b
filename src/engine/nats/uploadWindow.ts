import type { Msg, Subscription } from 'nats';
import { BackupError, toBackupError } from '../errors';
import { withTimeout } from '../util/withTimeout';
import { readReply } from './apiRequest';
import { toNatsError } from './requestErrors';
import type { ServerConnection } from './serverConnection';
import type { RestoreWindow } from './serverRules';

/** What the server's version allows, and how long it may be silent while chunks are on their way. */
export interface UploadLimit extends Pick<RestoreWindow, 'chunks' | 'bytes'> {
  idleTimeoutMs: number;
}

interface Waiting {
  size: number;
  acknowledged: (size: number) => void;
}

/**
 * Chunks on their way to the server, each with a reply subject of its own under one wildcard inbox, never more of them
 * than the window allows. The first answer that is not an empty acknowledgement ends the upload: nothing more is sent.
 */
export class UploadWindow {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly waiting = new Map<string, Waiting>();
  private readonly watch: NodeJS.Timeout;
  private lastHeard = performance.now();
  private bytesWaiting = 0;
  private sequence = 0;
  private failure: BackupError | undefined;
  private changed: () => void = () => undefined;
  private takeEnd: ((data: Uint8Array) => void) | undefined;

  constructor(
    private readonly connection: ServerConnection,
    private readonly limit: UploadLimit,
    private readonly what: string,
  ) {
    const prefix = connection.settings.inboxPrefix ?? '_INBOX';
    this.inbox = `${prefix}.${crypto.randomUUID()}`;
    this.subscription = connection.nc.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => this.take(error, message),
    });
    this.watch = setInterval(() => this.checkIdle(), Math.min(500, limit.idleTimeoutMs));
  }

  /** Publishes one chunk as soon as the window has room for it. */
  async send(subject: string, chunk: Uint8Array, acknowledged: (size: number) => void): Promise<void> {
    await this.until(() => this.hasRoomFor(chunk.length));
    const token = String(++this.sequence);
    if (this.waiting.size === 0) this.lastHeard = performance.now();
    this.waiting.set(token, { size: chunk.length, acknowledged });
    this.bytesWaiting += chunk.length;
    this.connection.nc.publish(subject, chunk, { reply: `${this.inbox}.${token}` });
  }

  /** Resolves when every chunk is acknowledged. */
  drained(): Promise<void> {
    return this.until(() => this.waiting.size === 0);
  }

  /** Sends the end and resolves with the server's answer. */
  async sendEnd(subject: string, timeoutMs: number): Promise<Uint8Array> {
    const answer = new Promise<Uint8Array>((resolve) => (this.takeEnd = resolve));
    this.connection.nc.publish(subject, new Uint8Array(0), { reply: `${this.inbox}.end` });
    const late = () => {
      const text = `${this.what}: the server did not finish its part in ${Math.round(timeoutMs / 60_000)} min.`;
      return new BackupError('timeout', text);
    };
    return withTimeout(Promise.race([answer, this.failed()]), timeoutMs, late);
  }

  dispose(): void {
    clearInterval(this.watch);
    this.subscription.unsubscribe();
  }

  private hasRoomFor(size: number): boolean {
    if (this.waiting.size === 0) return true;
    return this.waiting.size < this.limit.chunks && this.bytesWaiting + size <= this.limit.bytes;
  }

  private take(error: Error | null, message: Msg): void {
    if (error !== null) return this.fail(toNatsError(error, this.what));
    const token = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    if (message.headers?.code === 503) return this.fail(this.abandoned());
    if (token === 'end') return this.takeEnd?.(message.data);
    if (message.data.length > 0) return this.fail(this.refused(message.data));
    const entry = this.waiting.get(token);
    if (entry === undefined) return;
    this.waiting.delete(token);
    this.bytesWaiting -= entry.size;
    this.lastHeard = performance.now();
    entry.acknowledged(entry.size);
    this.changed();
  }

  private fail(error: BackupError): void {
    this.failure ??= error;
    this.changed();
  }

  private checkIdle(): void {
    if (this.waiting.size === 0 || performance.now() - this.lastHeard < this.limit.idleTimeoutMs) return;
    const seconds = Math.round(this.limit.idleTimeoutMs / 1000);
    const text = `${this.what}: the server acknowledged nothing for ${seconds} s. Is it overloaded or gone? Restore it again.`;
    this.fail(new BackupError('stalled', text));
  }

  private abandoned(): BackupError {
    return new BackupError(
      'stalled',
      `${this.what}: the server stopped taking data. It gives up after 5 s without a chunk, on a lost leader and when ` +
        `it shuts down. Restore it again.`,
    );
  }

  /** Servers up to 2.12.5 answer with a bare `-ERR '…'` and then with JSON on the same subject; others with JSON. */
  private refused(data: Uint8Array): BackupError {
    const text = new TextDecoder().decode(data);
    if (text.startsWith('-ERR')) {
      const cause = text.replace(/^-ERR\s*/, '').replaceAll("'", '');
      return new BackupError('serverError', `${this.what}: ${cause}. Is the server's disk full?`);
    }
    try {
      readReply(data, this.what);
    } catch (error) {
      return toBackupError(error);
    }
    return new BackupError('serverError', `${this.what}: the server answered a chunk with ${text.slice(0, 200)}`);
  }

  private async failed(): Promise<never> {
    for (;;) await this.until(() => false);
  }

  /** Waits until `condition` holds; one waiter at a time. */
  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
    if (this.failure !== undefined) throw this.failure;
  }
}
