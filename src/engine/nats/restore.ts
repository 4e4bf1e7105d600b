import { BackupError, toBackupError } from '../errors';
import type { JsonObject, StreamState } from '../model';
import { onAbort } from '../util/abort';
import { stringifyJson } from '../util/losslessJson';
import { withTimeout } from '../util/withTimeout';
import { readReply } from './apiRequest';
import { toNatsError } from './requestErrors';
import type { ServerConnection } from './serverConnection';
import { objectOf, textOf, toStreamState } from './replies';
import { serverRules } from './serverRules';
import { UploadWindow } from './uploadWindow';

export interface RestoreUpload {
  stream: string;
  /** The configuration that the restored stream gets. */
  config: JsonObject;
  /** As announced by the snapshot; servers look at it only to mark a restore. */
  state: JsonObject;
  /** How long the server may acknowledge nothing while chunks are on their way, in milliseconds; 30 s unless told. */
  idleTimeoutMs?: number;
}

/** Where the bytes come from. */
export interface UploadSource {
  /**
   * The next piece of 1 … `chunkSize` bytes, undefined at the end. The bytes are not touched afterwards. A piece that
   * takes long to read is bridged: {@link restoreStream} keeps some back to keep the server from giving up.
   */
  next(): Promise<Uint8Array | undefined>;
  /** Called when all is sent and before the end is: throws if what was sent is not what was verified. */
  checkSent(): void;
}

export interface RestoreListener {
  /** The server takes the stream: from here on it may hold something of it. */
  accepted(): void;
  /** The server acknowledged so many bytes. */
  uploaded(bytes: number, chunks: number): void;
  /** All bytes are there; the server works on its own now. */
  recovering(): void;
}

/** The server answers the end only when it has recovered the stream; natscli waits as long. */
const recoverTimeoutMs = 60 * 60_000;
const requestTimeoutMs = 60_000;
/** How long the server may acknowledge nothing while chunks are on their way. */
const defaultIdleTimeoutMs = 30_000;
/** Telling the server that the upload is given up is a courtesy; it notices by itself after 5 s. */
const farewellTimeoutMs = 1000;

/**
 * Restores one stream over a connection of its own that does not reconnect: the server takes chunks from one connection
 * in order and cannot tell a lost one.
 *
 * @returns the state that the server answers with
 * @throws BackupError, `cancelled` on abort. What the server then holds must be asked of it.
 */
export async function restoreStream(
  connection: ServerConnection,
  upload: RestoreUpload,
  source: UploadSource,
  listener: RestoreListener,
  signal?: AbortSignal,
): Promise<StreamState> {
  const what = `Restoring stream ${upload.stream}`;
  const failure = new Failure(connection, what, signal);
  const idleTimeoutMs = upload.idleTimeoutMs ?? defaultIdleTimeoutMs;
  const limit = serverRules(connection.info.version).restoreWindow;
  const window = new UploadWindow(connection, { ...limit, idleTimeoutMs }, what);
  let subject: string | undefined;
  try {
    subject = await requestRestore(connection, upload, what, failure);
    listener.accepted();
    await sendAll(window, subject, source, listener, failure);
    source.checkSent();
    listener.recovering();
    const reply = await failure.race(window.sendEnd(subject, recoverTimeoutMs));
    return toStreamState(objectOf(readReply(reply, what)['state']));
  } catch (error) {
    if (subject !== undefined) await giveUp(connection, subject);
    throw explainRestoreError(toBackupError(error), upload.stream);
  } finally {
    failure.dispose();
    window.dispose();
  }
}

/** A chunk without a reply subject ends a restore at once; without it the server would wait 5 s for the next chunk. */
async function giveUp({ nc }: ServerConnection, subject: string): Promise<void> {
  try {
    nc.publish(subject, Uint8Array.of(0));
    await withTimeout(nc.flush(), farewellTimeoutMs, () => new BackupError('timeout', 'The server is busy.'));
  } catch {
    // The connection is gone, or the server: it ends the restore by itself.
  }
}

/** Bytes of one piece for this connection's server. */
export function uploadChunkSize(connection: ServerConnection): number {
  return Math.min(serverRules(connection.info.version).restoreWindow.chunkSize, connection.info.maxPayload);
}

/**
 * A dedicated inbox takes the answer: in a cluster the meta leader may send an error to it after the stream's leader has
 * sent the upload subject.
 */
async function requestRestore(
  connection: ServerConnection,
  upload: RestoreUpload,
  what: string,
  failure: Failure,
): Promise<string> {
  const { nc, settings } = connection;
  const inbox = `${settings.inboxPrefix ?? '_INBOX'}.${crypto.randomUUID()}`;
  const answer = new Promise<string>((resolve, reject) => {
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        try {
          if (error !== null) throw toNatsError(error, what);
          if (message.headers?.code === 503) {
            throw new BackupError('jetStreamNotEnabled', `${what}: no server answers for JetStream in this account.`);
          }
          resolve(textOf(readReply(message.data, what)['deliver_subject']));
        } catch (thrown) {
          reject(toBackupError(thrown));
          failure.fail(toBackupError(thrown));
        }
      },
    });
    failure.atEnd(() => subscription.unsubscribe());
  });
  const body = stringifyJson({ config: upload.config, state: upload.state });
  nc.publish(`${settings.apiPrefix}.STREAM.RESTORE.${upload.stream}`, body, { reply: inbox });
  const late = () => {
    const text = `${what}: no answer to the request in ${requestTimeoutMs / 1000} s. A cluster without a meta leader is silent.`;
    return new BackupError('timeout', text);
  };
  return failure.race(withTimeout(answer, requestTimeoutMs, late));
}

async function sendAll(
  window: UploadWindow,
  subject: string,
  source: UploadSource,
  listener: RestoreListener,
  failure: Failure,
): Promise<void> {
  let bytes = 0;
  let chunks = 0;
  const acknowledged = (size: number) => {
    bytes += size;
    chunks += 1;
    listener.uploaded(bytes, chunks);
  };
  for (;;) {
    const chunk = await failure.race(source.next());
    if (chunk === undefined) break;
    await failure.race(window.send(subject, chunk, acknowledged));
  }
  await failure.race(window.drained());
}

/** The first of: abort, the end of the connection, a late error of the server. */
class Failure {
  private readonly cleanUps: (() => void)[] = [];
  private readonly waiting = new Set<(error: BackupError) => void>();
  private error: BackupError | undefined;

  constructor(connection: ServerConnection, what: string, signal: AbortSignal | undefined) {
    this.atEnd(onAbort(signal, () => this.fail(new BackupError('cancelled', `${what} was cancelled.`))));
    this.atEnd(
      connection.onRefused((refusal) => {
        this.fail(new BackupError('permissionDenied', `${what}: ${refusal.message}`, { cause: refusal }));
      }),
    );
    void connection.closed.then((cause) => {
      const text = `${what}: the connection to ${connection.server} was lost. A restore cannot be resumed; start it again.`;
      this.fail(new BackupError('connectionLost', text, { cause }));
    });
  }

  fail(error: BackupError): void {
    this.error ??= error;
    for (const reject of this.waiting) reject(this.error);
  }

  /**
   * Each race has a promise of its own to lose against: one that all of them share would remember every race, and with
   * it every chunk, until the end.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    let lose: (error: BackupError) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (lose = reject));
    this.waiting.add(lose);
    if (this.error !== undefined) lose(this.error);
    try {
      return await Promise.race([failed, work]);
    } finally {
      this.waiting.delete(lose);
    }
  }

  atEnd(cleanUp: () => void): void {
    this.cleanUps.push(cleanUp);
  }

  dispose(): void {
    for (const cleanUp of this.cleanUps) cleanUp();
  }
}

/** Words for what a server says of an archive or of a configuration only while it restores. */
function explainRestoreError(error: BackupError, stream: string): BackupError {
  if (error.code !== 'serverError') return error;
  const inner = /\((\d{5})\)[^()]*$/.exec(error.message.replace(/\(10062\)\.?$/, ''))?.[1];
  const code = error.serverCode === 10062 && inner !== undefined ? Number(inner) : error.serverCode;
  const advice = adviceFor(code, error.message);
  if (advice === undefined) return error;
  const details = { cause: error.cause, ...(code === undefined ? {} : { serverCode: code }) };
  return new BackupError(error.code, `${error.message} ${advice.replaceAll('{stream}', stream)}`, details);
}

function adviceFor(code: number | undefined, text: string): string | undefined {
  switch (code) {
    case 10065:
      return 'Another stream takes the same subjects: restore {stream} with other subjects, or remove the overlap.';
    case 10074:
      return 'This server is not in a cluster: restore with one replica.';
    case 10047:
    case 10028:
    case 10002:
      return 'Free space in the account or raise its limit, then restore again.';
    case 10005:
      return 'No servers fit the replicas, cluster or tags asked for: restore with others.';
    default:
      return text.includes('archive/tar: invalid tar header')
        ? 'The archive is of server 2.15 or later; restore it to such a server.'
        : undefined;
  }
}
