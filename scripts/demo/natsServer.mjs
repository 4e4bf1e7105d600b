import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithThisProcess, killGroup } from '../tools/runProgram.mjs';

/**
 * Starts a nats-server with JetStream on 127.0.0.1; its port is the system's choice.
 * @param {string} program
 * @param {string} folder for its store and its log
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startNatsServer(program, folder) {
  const config = join(folder, 'nats-server.conf');
  const log = join(folder, 'nats-server.log');
  const store = JSON.stringify(join(folder, 'jetstream'));
  writeFileSync(
    config,
    `listen: "127.0.0.1:-1"\nlog_file: ${JSON.stringify(log)}\njetstream { store_dir: ${store} }\n`,
  );
  const child = spawn(program, ['--config', config, '--ports_file_dir', folder], {
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  });
  const forget = endWithThisProcess(child.pid);
  const ended = once(child, 'exit').then(forget, forget);
  const portsFile = join(folder, `nats-server_${child.pid}.ports`);
  for (let attempt = 0; attempt < 200; attempt++) {
    const url = urlIn(portsFile);
    if (url !== undefined) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (child.exitCode !== null) break;
  }
  await stop();
  throw new Error(`${program} did not start; its log is ${log}`);

  async function stop() {
    killGroup(child.pid, 'SIGKILL');
    await ended;
  }
}

/** @param {string} portsFile written by the server when it listens */
function urlIn(portsFile) {
  try {
    return /** @type {{ nats?: string[] }} */ (JSON.parse(readFileSync(portsFile, 'utf8'))).nats?.[0];
  } catch {
    return undefined;
  }
}
