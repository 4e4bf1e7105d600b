import { connect as connectSocket, isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions as TlsConnection,
  type TLSSocket,
} from 'node:tls';
import { ErrorCode, NatsError, type ConnectionOptions, type ServerInfo } from 'nats';
import { NodeTransport } from 'nats/lib/src/node_transport';
import { onAbort } from '../util/abort';

/** The server, or something in its place, closed the connection before it said who it is. */
export class NoGreetingError extends Error {
  constructor() {
    super('the connection was closed before the server said who it is');
  }
}

/** The server left two pings unanswered. */
export class DeadLinkError extends Error {
  constructor() {
    super('the server no longer answers');
  }
}

/** The options of one connection; the client hands them to each transport that it makes for it. */
export interface DialOptions extends ConnectionOptions {
  /** Ends whatever the transport is doing, a dial in progress included. */
  life: AbortSignal;
}

interface Endpoint {
  hostname: string;
  port: number;
  tlsName: string;
}

/**
 * The client's own transport, with its dialling replaced, because
 * - a server dialled by IP address has its certificate compared with the name "localhost",
 * - a dial that times out keeps its socket for ever, and one in progress cannot be ended,
 * - where TLS is offered but neither wanted nor required, it insists on it; the command line does not.
 */
export class ServerTransport extends NodeTransport {
  private endpoint: Endpoint | undefined;
  private readonly sockets = new Set<Socket>();
  private forgetLife: () => void = () => undefined;

  override async connect(endpoint: Endpoint, options: ConnectionOptions): Promise<void> {
    this.endpoint = endpoint;
    const { life } = options as DialOptions;
    life.throwIfAborted();
    this.forgetLife = onAbort(life, () => this.destroy());
    // For the client, null means TLS only where the server requires it, and undefined also where it is offered.
    await super.connect(endpoint, { ...options, tls: options.tls ?? null });
    // A greeting with an odd value, such as "tls_available":1, passes the client's own check without TLS.
    if (options.tls && !this.isEncrypted()) {
      this.destroy();
      throw new NatsError('tls', ErrorCode.ServerOptionNotAvailable);
    }
  }

  override async dial(endpoint: Pick<Endpoint, 'hostname' | 'port'>): Promise<Socket> {
    const socket = this.own(connectSocket(endpoint.port, endpoint.hostname));
    socket.setNoDelay(true);
    return settled(socket, 'connect');
  }

  override tlsFirst(endpoint: Pick<Endpoint, 'hostname' | 'port'>): Promise<TLSSocket> {
    return this.handshake({ host: endpoint.hostname, port: endpoint.port });
  }

  override startTLS(): Promise<TLSSocket> {
    return this.handshake({ socket: this.socket });
  }

  override async peekInfo(): Promise<ServerInfo> {
    try {
      return await super.peekInfo();
    } catch (error) {
      throw error instanceof Error ? error : new NoGreetingError();
    }
  }

  /** The client calls this before it dials anew. */
  override discard(): void {
    this.destroy();
  }

  /** The client calls this when pings stay unanswered, and when the server says that the credentials have expired. */
  override disconnect(): void {
    void this.close(new DeadLinkError());
  }

  override async close(error?: Error): Promise<void> {
    await super.close(error);
    this.destroy();
  }

  private async handshake(target: TlsConnection): Promise<TLSSocket> {
    const { ca, cert, key } = this.options.tls ?? {};
    const name = this.endpoint?.tlsName || this.endpoint?.hostname || '';
    const socket = connectTls({
      ...target,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      // An IP address may not be sent as the server's name, but it is what the certificate must hold.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
      rejectUnauthorized: true,
    });
    this.own(socket).setNoDelay(true);
    return settled(socket, 'secureConnect');
  }

  private own<T extends Socket>(socket: T): T {
    this.sockets.add(socket);
    return socket;
  }

  private destroy(): void {
    this.forgetLife();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }
}

/** Waits for the event; a socket that fails or closes before it rejects with the reason. Leaves no listener behind. */
function settled<T extends Socket>(socket: T, event: 'connect' | 'secureConnect'): Promise<T> {
  return new Promise((resolve, reject) => {
    let reason = new Error('the connection was closed');
    const failed = (error: Error) => (reason = error);
    const finish = (end: () => void) => () => {
      socket.off('error', failed).off('close', closed).off(event, done);
      end();
    };
    const closed = finish(() => reject(reason));
    const done = finish(() => resolve(socket));
    socket.on('error', failed).on('close', closed).on(event, done);
  });
}
