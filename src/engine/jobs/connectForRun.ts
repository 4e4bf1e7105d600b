import type { ConnectionSettings } from '../model';
import { connectServer } from '../nats/connect';
import type { ServerConnection } from '../nats/serverConnection';
import { onAbort } from '../util/abort';

/**
 * The connection on which a run asks and lists. Abort ends the attempt but not the connection: after a cancel the run
 * still asks what the server holds. Whoever calls closes it.
 *
 * @throws BackupError as {@link connectServer}
 */
export async function connectForRun(settings: ConnectionSettings, signal: AbortSignal): Promise<ServerConnection> {
  const attempt = new AbortController();
  const forget = onAbort(signal, () => attempt.abort());
  try {
    return await connectServer(settings, { purpose: 'shared', signal: attempt.signal });
  } finally {
    forget();
  }
}
