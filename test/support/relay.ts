import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface RelayOptions {
  /** `host:port` */
  target: string;
  /** Bytes a second in each direction; unlimited when absent. */
  bytesPerSecond?: number;
}

/** A link to a server that can be slow, go silent, or be cut. */
export interface Relay {
  readonly url: string;
  /** Bytes that came from the server so far. */
  readonly received: number;
  /** Bytes that went to the server so far. */
  readonly sent: number;
  /** Resolves when so many bytes have passed in both directions together. */
  passed(bytes: number): Promise<void>;
  /** Nothing passes any more, and no end can tell: a dead link. */
  freeze(): void;
  /** Ends every connection at once; later ones are refused. */
  cut(): Promise<void>;
}

/** Starts a relay on 127.0.0.1. It ends with `cut`. */
export async function startRelay({ target, bytesPerSecond }: RelayOptions): Promise<Relay> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const waiting: { bytes: number; resolve: () => void }[] = [];
  let received = 0;
  let sent = 0;
  const seen = () => {
    for (const each of waiting) if (sent + received >= each.bytes) each.resolve();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: Number(port), host, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => [client, upstream].forEach((each) => each.destroy()));
    }
    const count = (add: (bytes: number) => void) => throttle(bytesPerSecond, (bytes) => (add(bytes), seen()));
    client.pipe(count((bytes) => (sent += bytes))).pipe(upstream);
    upstream.pipe(count((bytes) => (received += bytes))).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get received() {
      return received;
    },
    get sent() {
      return sent;
    },
    passed: (bytes) =>
      new Promise((resolve) => {
        waiting.push({ bytes, resolve });
        seen();
      }),
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** Lets bytes through no faster than told, and holds back whoever writes. */
function throttle(bytesPerSecond: number | undefined, count: (bytes: number) => void): Transform {
  let free = performance.now();
  return new Transform({
    transform(chunk: Buffer, _, done) {
      count(chunk.length);
      if (bytesPerSecond === undefined) return done(null, chunk);
      const now = performance.now();
      free = Math.max(free, now) + (chunk.length * 1000) / bytesPerSecond;
      setTimeout(() => done(null, chunk), free - now);
    },
  });
}
