import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's own
 * @property {number} [timeout] milliseconds; the program and what it started are killed then
 * @property {boolean} [show] its output goes to this terminal as it comes, instead of into the result
 *
 * @typedef {object} RunResult
 * @property {number} code 127 when there is no such program, 1 when it was killed
 * @property {string} output both streams, as they came; empty with `show`
 */

/**
 * Runs a program to its end, without a standard input. Never throws.
 * @param {string} program a path, or a name on the path
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runProgram(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: options.show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      // npm and npx are batch files on Windows. A group of its own elsewhere, so that it can be ended as a whole.
      shell: process.platform === 'win32' && /^(npm|npx)$/.test(program),
      detached: process.platform !== 'win32',
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    const end = () => killGroup(child.pid, 'SIGKILL');
    const timer = options.timeout === undefined ? undefined : setTimeout(end, options.timeout);
    const forget = endWithThisProcess(child.pid);
    const finish = (/** @type {number} */ code, /** @type {string} */ note) => {
      clearTimeout(timer);
      forget();
      resolve({ code, output: Buffer.concat(chunks).toString() + note });
    };
    child.on('error', (error) => finish('code' in error && error.code === 'ENOENT' ? 127 : 1, error.message));
    child.on('close', (code, signal) => finish(code ?? 1, signal === null ? '' : `ended by ${signal}`));
  });
}

/**
 * Like {@link runProgram}, and throws with what it printed unless it ended with 0.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function runProgramOk(program, args, options = {}) {
  const result = await runProgram(program, args, options);
  if (result.code === 0) return result.output;
  if (result.code === 127) throw new Error(`${program} is not on this machine`);
  const lines = result.output.trim().split('\n').slice(-12).join('\n');
  throw new Error(
    `"${[program, ...args].join(' ')}" failed with exit code ${result.code}${lines ? `:\n${lines}` : ''}`,
  );
}

/**
 * Ends a process and everything in its group. Safe when it is gone already.
 * @param {number | undefined} pid of a process that was started with `detached`
 * @param {NodeJS.Signals} signal
 */
export function killGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // Gone already.
  }
}

/** @type {Set<number>} */
const groups = new Set();

/**
 * A group of its own gets no Ctrl-C from the terminal: end it when this process ends.
 * @param {number | undefined} pid
 * @returns {() => void} call when it has ended
 */
export function endWithThisProcess(pid) {
  if (pid === undefined) return () => {};
  if (groups.size === 0 && process.listenerCount('exit', endGroups) === 0) {
    process.on('exit', endGroups);
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      if (process.listenerCount(signal) === 0) process.on(signal, () => process.exit(130));
    }
  }
  groups.add(pid);
  return () => groups.delete(pid);
}

function endGroups() {
  for (const pid of groups) killGroup(pid, 'SIGKILL');
}
