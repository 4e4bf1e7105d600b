import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsCliPath, oldNatsCliPath } from './tools';

export interface NatsCliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real `nats` command line; its contexts come from a folder of its own unless `configHome` is given. */
export async function natsCli(args: string[], options: { configHome?: string } = {}): Promise<NatsCliResult> {
  const home = options.configHome ?? mkdtempSync(join(tmpdir(), 'nats-cli-'));
  try {
    return await run(args, { ...process.env, XDG_CONFIG_HOME: home, NO_COLOR: '1' });
  } finally {
    if (options.configHome === undefined) rmSync(home, { recursive: true, force: true });
  }
}

/** Backs up an account into one folder, as the last `nats` command line that could do it: with the last stream's data. */
export async function oldNatsBackup(url: string, folder: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'nats-cli-'));
  try {
    const args = ['--server', url, 'backup', folder, '--data'];
    const result = await run(args, { ...process.env, XDG_CONFIG_HOME: home }, oldNatsCliPath());
    if (result.code !== 0) throw new Error(`nats ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Like {@link natsCli}, and fails with what the command printed unless it exits with 0. */
export async function natsCliOk(args: string[], options: { configHome?: string } = {}): Promise<string> {
  const result = await natsCli(args, options);
  if (result.code !== 0) {
    throw new Error(`nats ${args.join(' ')} exited with ${result.code}:\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

function run(args: string[], env: NodeJS.ProcessEnv, program = natsCliPath()): Promise<NatsCliResult> {
  return new Promise((resolve) => {
    execFile(program, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
