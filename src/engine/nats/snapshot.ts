import type { Msg, Subscription } from 'nats';
import { BackupError, toBackupError } from '../errors';
import type { JsonObject, StreamConfig } from '../model';
import { onAbort } from '../util/abort';
import { stringifyJson } from '../util/losslessJson';
import { readReply } from './apiRequest';
import { toNatsError } from './requestErrors';
import type { ServerConnection } from './serverConnection';
import { objectOf } from './replies';
import { clampChunkSize, clampWindowSize, serverRules } from './serverRules';

export interface SnapshotRequest {
  stream: string;
  /** Leave the consumers out. */
  noConsumers: boolean;
  /** The server proves every record before it sends the first; slow and silent until then. */
  checkMessages: boolean;
  /** Bytes; brought into the range that every server honours. */
  chunkSize: number;
  /** Bytes; sent only to servers that know it. */
  windowSize?: number;
  /** How long the server may be silent in the middle, in milliseconds. */
  idleTimeoutMs: number;
}

/** What the server announced before the first chunk: the two members of `backup.json`, as it sent them. */
export interface SnapshotAnnouncement {
  config: StreamConfig;
  state: JsonObject;
}

export interface SnapshotSink {
  announce(announcement: SnapshotAnnouncement): void;
  /** Called on the connection's own thread: while it works the socket is not read. What it throws ends the snapshot. */
  chunk(bytes: Uint8Array): void;
}

/** Before the first reply: a busy server, and minutes more when it proves the records first. */
const firstReplyTimeoutMs = 60_000;
const checkMessagesTimeoutMs = 15 * 60_000;

/**
 * Takes one snapshot over a connection that does not reconnect. It resolves when the server said that it is done, which
 * proves nothing: the archive must prove itself.
 *
 * The subscription is exact and made before the request: only an exact one counts as interest for the server, which
 * else waits 2 s before the first chunk and cannot notice that we left. Reply and chunks are taken in the callbacks of
 * one socket; nothing is queued.
 *
 * @returns the number of chunks
 * @throws BackupError, `cancelled` on abort; what the sink throws
 */
export async function takeSnapshot(
  connection: ServerConnection,
  request: SnapshotRequest,
  sink: SnapshotSink,
  signal?: AbortSignal,
): Promise<number> {
  const receiver = new SnapshotReceiver(connection, request, sink);
  const stopListening = onAbort(signal, () => {
    receiver.fail(new BackupError('cancelled', `The backup of stream ${request.stream} was cancelled.`));
  });
  try {
    receiver.start();
    return await receiver.finished;
  } finally {
    stopListening();
    receiver.stop();
  }
}

class SnapshotReceiver {
  readonly finished: Promise<number>;
  private readonly stream: string;
  private readonly subscriptions: Subscription[] = [];
  private forgetRefusals: () => void = () => undefined;
  private resolve: (chunks: number) => void = () => undefined;
  private reject: (error: BackupError) => void = () => undefined;
  private ended = false;
  private announced = false;
  private complete = false;
  private chunks = 0;
  private lastHeard = performance.now();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: ServerConnection,
    private readonly request: SnapshotRequest,
    private readonly sink: SnapshotSink,
  ) {
    this.stream = request.stream;
    this.finished = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  start(): void {
    if (this.ended) return;
    const { nc, settings } = this.connection;
    const prefix = settings.inboxPrefix ?? '_INBOX';
    const reply = `${prefix}.${crypto.randomUUID()}`;
    const deliver = `${prefix}.${crypto.randomUUID()}`;
    this.listen(reply, (message) => this.takeReply(message));
    this.listen(deliver, (message) => this.takeChunk(message));
    void this.connection.closed.then((cause) => this.fail(this.lost(cause)));
    // A request or an acknowledgement that may not be published gets no reply: the server tells it apart.
    this.forgetRefusals = this.connection.onRefused((refusal) => this.fail(this.refused(refusal)));
    this.watch = setInterval(() => this.checkIdle(), 500);
    nc.publish(`${settings.apiPrefix}.STREAM.SNAPSHOT.${this.stream}`, this.requestBody(deliver), { reply });
  }

  stop(): void {
    clearInterval(this.watch);
    this.forgetRefusals();
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  fail(error: BackupError): void {
    if (this.ended) return;
    this.ended = true;
    this.reject(error);
  }

  private listen(subject: string, take: (message: Msg) => void): void {
    const callback = (error: Error | null, message: Msg) => {
      if (this.ended) return;
      if (error !== null) return this.fail(toNatsError(error, `Backing up stream ${this.stream}`));
      try {
        take(message);
      } catch (thrown) {
        this.fail(toBackupError(thrown));
      }
      this.lastHeard = performance.now();
    };
    this.subscriptions.push(this.connection.nc.subscribe(subject, { callback }));
  }

  private requestBody(deliver: string): string {
    const { noConsumers, checkMessages, chunkSize, windowSize } = this.request;
    const rules = serverRules(this.connection.info.version);
    return stringifyJson({
      deliver_subject: deliver,
      no_consumers: noConsumers,
      chunk_size: clampChunkSize(chunkSize),
      jsck: checkMessages,
      ...(rules.hasWindowSize && windowSize !== undefined ? { window_size: clampWindowSize(windowSize) } : {}),
    });
  }

  private takeReply(message: Msg): void {
    const what = `Backing up stream ${this.stream}`;
    if (message.headers?.code === 503) {
      throw new BackupError('jetStreamNotEnabled', `${what}: no server answers for JetStream in this account.`);
    }
    const reply = readReply(message.data, what);
    this.announced = true;
    this.sink.announce({ config: objectOf(reply['config']) as StreamConfig, state: objectOf(reply['state']) });
    this.finishIfWhole();
  }

  private takeChunk(message: Msg): void {
    if (message.data.length === 0) return this.takeEnd(message);
    this.chunks += 1;
    this.checkOrder(message.reply);
    this.sink.chunk(message.data);
    // The last, short chunk has no reply subject and must not be acknowledged.
    if (message.reply) message.respond();
  }

  /** Chunks carry their number, from 1, as the last token of the reply subject. */
  private checkOrder(reply: string | undefined): void {
    if (!reply) return;
    const number = Number(reply.slice(reply.lastIndexOf('.') + 1));
    if (number === this.chunks) return;
    throw new BackupError(
      'archiveTruncated',
      `Stream ${this.stream}: chunk ${number} came where chunk ${this.chunks} was due; data was lost. Back it up again.`,
    );
  }

  /** Without a header the end says nothing; 204 is the good end; anything else tells why the server gave up. */
  private takeEnd(message: Msg): void {
    const code = message.headers?.code ?? 0;
    const text = message.headers?.description ?? '';
    if (code !== 0 && code !== 204 && !this.isBareError(code, text)) throw this.endedBy(code, text);
    this.complete = true;
    this.finishIfWhole();
  }

  /** The server sends reply and data from two queues: of a small stream the reply may come last (seen on 2.9.10). */
  private finishIfWhole(): void {
    if (!this.announced || !this.complete || this.ended) return;
    this.ended = true;
    this.resolve(this.chunks);
  }

  private isBareError(code: number, text: string): boolean {
    return code === 500 && text.trim() === '' && serverRules(this.connection.info.version).bareErrorEndsSnapshot;
  }

  private endedBy(code: number, text: string): BackupError {
    if (code === 408) {
      const cause = `the server stopped sending (408 ${text}) because it saw no acknowledgement in time`;
      return new BackupError('stalled', `Stream ${this.stream}: ${cause}. A slow link or disk? Back it up again.`);
    }
    return new BackupError('serverError', `Stream ${this.stream}: the server gave up the snapshot: ${code} ${text}.`);
  }

  private checkIdle(): void {
    const first = this.request.checkMessages ? checkMessagesTimeoutMs : firstReplyTimeoutMs;
    const allowed = this.announced ? this.request.idleTimeoutMs : first;
    if (performance.now() - this.lastHeard < allowed) return;
    const seconds = Math.round(allowed / 1000);
    this.fail(
      this.announced
        ? new BackupError(
            'stalled',
            `Stream ${this.stream}: the server sent nothing for ${seconds} s in the middle of the snapshot. ` +
              `Is it overloaded or gone? Back it up again.`,
          )
        : new BackupError(
            'timeout',
            `Stream ${this.stream}: no answer to the snapshot request in ${seconds} s. A stream without a leader ` +
              `stays silent; check the cluster.`,
          ),
    );
  }

  private refused(refusal: BackupError): BackupError {
    return new BackupError('permissionDenied', `Backing up stream ${this.stream}: ${refusal.message}`, {
      cause: refusal,
    });
  }

  private lost(cause: BackupError | undefined): BackupError {
    const { server } = this.connection;
    return new BackupError(
      'connectionLost',
      `Stream ${this.stream}: the connection to ${server} was lost in the middle of the snapshot. ` +
        `Back it up again when the server is back.`,
      { cause },
    );
  }
}
