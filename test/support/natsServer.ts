import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerPath } from './tools';

export interface NatsServerOptions {
  version: string;
  /** Text added to the configuration file: authorization, accounts, tls, limits. */
  config?: string;
  /** JetStream is on unless this is false. */
  jetstream?: boolean;
  /** A data folder that outlives this process; without it the server has one of its own, removed at stop. */
  storeDirectory?: string;
  /** A fixed port, to come back at the same address; without it the system chooses. */
  port?: number;
}

/** A real nats-server of a test's own. */
export interface NatsServer {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** `nats://127.0.0.1:port` */
  readonly url: string;
  readonly pid: number;
  readonly storeDirectory: string;
  log(): string;
  /** Sends any signal: SIGSTOP for a stalled server, SIGKILL for a dead one. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the process whatever its state and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a server on 127.0.0.1 and resolves when it accepts clients. */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nats-server-'));
  const storeDirectory = options.storeDirectory ?? join(folder, 'store');
  const configFile = join(folder, 'server.conf');
  const jetstream = options.jetstream === false ? '' : `jetstream { store_dir: ${JSON.stringify(storeDirectory)} }`;
  writeFileSync(configFile, `${jetstream}\n${options.config ?? ''}\n`);
  const args = ['--addr', '127.0.0.1', '--port', String(options.port ?? -1), '--ports_file_dir', folder];
  const child = spawn(natsServerPath(options.version), [...args, '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const log = () => output.join('');
  const stop = async () => {
    await endProcess(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await listeningPort(child, folder, log);
    const signal = (name: NodeJS.Signals) => void child.kill(name);
    const url = `nats://127.0.0.1:${port}`;
    const pid = child.pid ?? 0;
    return { version: options.version, host: '127.0.0.1', port, url, pid, storeDirectory, log, signal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs `body` with a server that is stopped whatever happens. */
export async function withNatsServer<T>(
  options: NatsServerOptions,
  body: (server: NatsServer) => Promise<T>,
): Promise<T> {
  const server = await startNatsServer(options);
  try {
    return await body(server);
  } finally {
    await server.stop();
  }
}

async function listeningPort(child: ChildProcess, folder: string, log: () => string): Promise<number> {
  const portsFile = join(folder, `nats-server_${child.pid}.ports`);
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const port = log().includes('Server is ready') ? portIn(portsFile) : undefined;
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nats-server did not start:\n${log()}`);
}

function portIn(portsFile: string): number | undefined {
  try {
    const ports = JSON.parse(readFileSync(portsFile, 'utf8')) as { nats?: string[]; tls?: string[] };
    const address = ports.nats?.[0] ?? ports.tls?.[0];
    return address === undefined ? undefined : Number(new URL(address).port);
  } catch {
    return undefined;
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
