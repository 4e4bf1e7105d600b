import { join } from 'node:path';
import { root } from '../launch.mjs';
import { runProgram } from '../tools/runProgram.mjs';

/** Longer than any speed takes; a run that hangs is ended and has failed. */
const timeout = 40 * 60_000;

/**
 * Runs the tests of one folder below test/ in plain Node.
 * @param {string} name
 * @param {{ grep?: string | undefined, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function runMocha(name, options) {
  const args = [
    ...[join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), '--config', join('test', name, '.mocharc.json')],
    ...['--reporter', 'out/test/support/tallyReporter.js', '--forbid-only'],
    ...(options.grep === undefined ? [] : ['--grep', options.grep]),
  ];
  const { code } = await runProgram(process.execPath, args, { cwd: root, env: options.env, timeout, show: true });
  return code === 0 ? undefined : `mocha ended with ${code}`;
}
