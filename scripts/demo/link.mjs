import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Vscode a VS Code that carries out commands
 * @property {(command: string, options: object) => Promise<unknown>} run rejects with what the command rejects with, and when
 *   VS Code ends
 *
 * @typedef {object} Link
 * @property {string} address for the environment variable JETSTREAM_DEMO_LINK of VS Code
 * @property {Promise<Vscode>} connected
 * @property {() => void} close
 */

/**
 * Listens for the driver extension of the demo's VS Code; the first window that connects does the work.
 * @returns {Promise<Link>}
 */
export async function openLink() {
  const token = randomBytes(16).toString('hex');
  const server = createServer();
  /** @type {Promise<Vscode>} */
  const connected = new Promise((resolve) => {
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      const lines = createInterface({ input: socket });
      lines.once('line', (line) => {
        if (JSON.parse(line).token !== token) return void socket.destroy();
        resolve(talk(socket, lines));
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.unref();
  return { address: `${port}:${token}`, connected, close: () => server.close() };
}

/**
 * @param {import('node:net').Socket} socket
 * @param {import('node:readline').Interface} lines
 * @returns {Vscode}
 */
function talk(socket, lines) {
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let next = 0;
  socket.unref();
  lines.on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(error.code ? `${error.message} (${error.code})` : error.message));
  });
  socket.on('close', () => {
    for (const caller of waiting.values()) caller.reject(new Error('VS Code ended in the middle of a command'));
  });
  return {
    run(command, options) {
      const id = next++;
      socket.write(`${JSON.stringify({ id, command, options })}\n`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}
