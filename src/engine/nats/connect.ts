import {
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NatsConnection,
} from 'nats';
import { NatsConnectionImpl, setTransportFactory } from 'nats/lib/nats-base-client/internal_mod';
import type { BackupError } from '../errors';
import type { ConnectionSettings, Credentials } from '../model';
import { onAbort, throwIfAborted } from '../util/abort';
import { toAllFailedError, toConnectError } from './connectErrors';
import { ServerConnection, type ConnectionStatus } from './serverConnection';
import { ServerTransport, type DialOptions } from './serverTransport';

/**
 * `shared`: for the tree; comes back by itself for ever, and notices a dead link within 45 s. `transfer`: never comes
 * back, because chunks may be lost meanwhile, and notices a dead link within 30 s.
 */
export type ConnectionPurpose = 'shared' | 'transfer';

export interface ConnectOptions {
  purpose: ConnectionPurpose;
  /** The connection's name in the server's lists. */
  name?: string;
  /** How long each server of the context may take to accept us, in ms; 5 s, as for the command line. */
  timeoutMs?: number;
  /** Ends the attempt, or the connection that came of it. */
  signal?: AbortSignal;
  onStatus?: (status: ConnectionStatus) => void;
  /** Time between two pings, in ms; a link is dead when two were not answered. Only tests have a reason to set it. */
  pingIntervalMs?: number;
}

const defaultTimeout = 5_000;
const pingIntervals: Record<ConnectionPurpose, number> = { shared: 15_000, transfer: 10_000 };
const maxPingsOut = 2;

/**
 * Connects to the first server of the context that accepts us. With TLS settings nothing secret leaves before the
 * handshake is done.
 *
 * @throws BackupError `connectionRefused`, `unauthorized`, `tlsFailed`, `timeout`, `invalidContext` for a damaged seed,
 * `cancelled`
 */
export async function connectServer(settings: ConnectionSettings, options: ConnectOptions): Promise<ServerConnection> {
  const what = `Connecting to context "${settings.context}"`;
  throwIfAborted(options.signal, what);
  const life = new AbortController();
  const forget = onAbort(options.signal, () => life.abort());
  const failures: BackupError[] = [];
  for (const server of settings.servers) {
    try {
      const nc = await dial(server, settings, options, life.signal);
      if (options.purpose === 'shared') comeBack(nc, settings.servers, server);
      const connection = new ServerConnection(nc, settings, life, options.onStatus);
      forget();
      const ignore = onAbort(options.signal, () => void connection.close());
      void connection.closed.then(ignore);
      throwIfAborted(options.signal, what);
      return connection;
    } catch (error) {
      throwIfAborted(options.signal, what);
      failures.push(toConnectError(error, settings, server));
    }
  }
  forget();
  life.abort();
  throw toAllFailedError(failures, settings);
}

async function dial(
  server: string,
  settings: ConnectionSettings,
  options: ConnectOptions,
  life: AbortSignal,
): Promise<NatsConnection> {
  const { tls, inboxPrefix } = settings;
  const dialOptions: DialOptions = {
    life,
    servers: [server],
    name: options.name ?? 'JetStream Backup',
    authenticator: authenticators(settings.credentials),
    timeout: options.timeoutMs ?? defaultTimeout,
    pingInterval: options.pingIntervalMs ?? pingIntervals[options.purpose],
    maxPingOut: maxPingsOut,
    // While this is true, a server that drops us right after the handshake looks like one that does not answer.
    reconnect: false,
    maxReconnectAttempts: -1,
    // The client's resolver asks DNS only. The system's knows the hosts file too, as the command line does.
    resolve: false,
    noAsyncTraces: true,
    ...(tls === undefined ? {} : { tls }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
  // The client's own connect() sets its own transport, for the whole process; so this is set each time.
  setTransportFactory({ factory: () => new ServerTransport() });
  return NatsConnectionImpl.connect(dialOptions);
}

/** From here on a lost connection is tried again, at every server of the context and those that they tell of. */
function comeBack(nc: NatsConnection, servers: readonly string[], connected: string): void {
  const { protocol, options } = nc as NatsConnectionImpl;
  for (const server of servers) if (server !== connected) protocol.servers.addServer(server);
  options.reconnect = true;
}

function authenticators({ user, password, token, jwt, seed }: Credentials): Authenticator[] {
  const key = seed === undefined ? undefined : new TextEncoder().encode(seed);
  return [
    ...(user === undefined ? [] : [usernamePasswordAuthenticator(user, password ?? '')]),
    ...(token === undefined ? [] : [tokenAuthenticator(token)]),
    ...(jwt === undefined ? [] : [jwtAuthenticator(jwt, key)]),
    ...(jwt === undefined && key !== undefined ? [nkeyAuthenticator(key)] : []),
  ];
}
