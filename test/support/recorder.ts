import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A bare TCP listener that says one thing to whoever connects and keeps what it is sent. */
export interface Recorder {
  readonly port: number;
  received(): string;
  /** How many connections were accepted so far. */
  connections(): number;
  /** Resolves when the next connection has ended. */
  nextEnd(): Promise<void>;
  close(): Promise<void>;
}

export async function startRecorder(greeting: string, port = 0): Promise<Recorder> {
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  let accepted = 0;
  let waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      for (const done of waiting) done();
      waiting = [];
    });
    socket.write(greeting);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(chunks).toString('latin1'),
    connections: () => accepted,
    nextEnd: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
