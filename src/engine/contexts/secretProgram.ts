import { execFile } from 'node:child_process';
import { BackupError, messageOf } from '../errors';
import type { JsonObject } from '../model';
import { parseJson } from '../util/losslessJson';
import { throwIfAborted } from '../util/abort';
import { homeFolder } from './configRoot';
import type { FieldOfContext } from './secretReference';

/** Running a program that a context file names is a decision of the user, never of the file. */
export interface ProgramOptions {
  /** The user's explicit yes to running `op` and `nsc` for this context. */
  allowPrograms?: boolean;
  env: NodeJS.ProcessEnv;
  /** Ends the program. */
  signal?: AbortSignal;
}

/** Long enough for a person to unlock a password manager, in ms. */
const programTimeout = 60_000;
const maxOutputBytes = 1024 * 1024;

/** What `nsc generate profile` tells of a user. */
export interface NscProfile {
  /** Path of the user's credentials file. */
  userCreds?: string;
  /** Addresses of the operator's servers. */
  service: string[];
}

/** Reads a secret from 1Password; `reference` starts with `op://`. */
export function runOp(reference: string, of: FieldOfContext, options: ProgramOptions): Promise<string> {
  return run('op', ['read', reference], of, options);
}

/** Asks nsc for a user; `user` is `operator/account/user`, with or without `nsc://`. */
export async function runNsc(user: string, of: FieldOfContext, options: ProgramOptions): Promise<NscProfile> {
  const reference = `nsc://${user.replace(/^nsc:\/\//i, '')}`;
  const output = await run('nsc', ['generate', 'profile', reference], of, options);
  try {
    const { user_creds: creds, operator } = parseJson(output) as JsonObject;
    const service = (operator as JsonObject | undefined)?.['service'];
    return {
      ...(typeof creds === 'string' && creds !== '' ? { userCreds: creds } : {}),
      service: Array.isArray(service) ? service.filter((each) => typeof each === 'string') : [],
    };
  } catch {
    throw failed(of, 'nsc', 'its output is not the expected JSON', `nsc generate profile ${reference}`);
  }
}

/** What the program prints is the secret: it goes to the caller and nowhere else, not into an error either. */
function run(program: string, args: string[], of: FieldOfContext, options: ProgramOptions): Promise<string> {
  throwIfAborted(options.signal, `Running ${program}`);
  const commandLine = [program, ...args].join(' ');
  if (!options.allowPrograms) {
    const message = `"${of.field}" of context "${of.context}" asks to run a program: ${commandLine}.`;
    throw new BackupError('notSupported', `${message} That needs your explicit consent.`, { option: 'allowPrograms' });
  }
  const settings = {
    // Windows looks for programs in the current folder first, which may be a workspace.
    cwd: homeFolder(),
    env: options.env,
    timeout: programTimeout,
    maxBuffer: maxOutputBytes,
    windowsHide: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, settings, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (options.signal?.aborted) reject(new BackupError('cancelled', `Running ${program} was cancelled.`));
      else reject(failed(of, program, reasonOf(error), commandLine));
    });
  });
}

function reasonOf(error: Error & { code?: unknown; killed?: boolean }): string {
  if (error.code === 'ENOENT') return 'the program is not found on the path';
  if (error.killed) return `it did not end within ${programTimeout / 1000} s`;
  return typeof error.code === 'number' ? `it ended with exit code ${error.code}` : messageOf(error);
}

function failed(of: FieldOfContext, program: string, why: string, commandLine: string): BackupError {
  const message = `"${of.field}" of context "${of.context}" needs the program ${program}, but ${why}.`;
  return new BackupError('invalidContext', `${message} Run "${commandLine}" in a terminal to see more.`);
}
