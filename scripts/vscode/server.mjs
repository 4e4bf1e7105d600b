import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24 } from '../launch.mjs';
import { endWithThisProcess, killGroup, runProgramOk } from '../tools/runProgram.mjs';

/**
 * @typedef {object} VscodeServerOptions
 * @property {string} server the folder of the VS Code server (tools/vscodeServer.mjs)
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {boolean} [trust] whether every workspace is trusted; true unless set
 * @property {boolean} [testDriver] takes extension and tests from the page's payload; hides notifications
 * @property {NodeJS.ProcessEnv} [env] added to this process's own; extensions see it
 *
 * @typedef {object} VscodeServer
 * @property {string} authority host and port
 * @property {(folder?: string, payload?: [string, string][]) => string} pageOf the address that opens a folder, or a window without one
 * @property {() => string} log
 * @property {() => Promise<void>} stop ends the server and its extension hosts
 */

const startWithin = 60_000;
const endWithin = 3_000;

/**
 * Starts a VS Code server on 127.0.0.1 with a port that the system chose. Only who knows its page's address gets in.
 * @param {VscodeServerOptions} options
 * @returns {Promise<VscodeServer>}
 */
export async function startVscodeServer(options) {
  const token = randomBytes(16).toString('hex');
  const args = [...commonArguments(options), '--host', '127.0.0.1', '--port', '0', '--connection-token', token];
  if (options.trust !== false) args.push('--disable-workspace-trust');
  if (options.testDriver) args.push('--enable-smoke-test-driver');
  const child = spawn(node24, args, {
    env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const forget = endWithThisProcess(child.pid);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  let log = '';
  const stop = async () => {
    killGroup(child.pid, 'SIGTERM');
    const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), endWithin);
    await ended;
    clearTimeout(timer);
    // Extension hosts that outlived the server itself.
    killGroup(child.pid, 'SIGKILL');
    forget();
  };
  try {
    const port = await listeningPort(child, (text) => (log += text));
    const authority = `127.0.0.1:${port}`;
    return { authority, pageOf: pageOf(authority, token), log: () => log, stop };
  } catch (error) {
    await stop();
    throw new Error(`the VS Code server did not start:\n${log}`, { cause: error });
  }
}

/**
 * Installs a VSIX into an extensions folder.
 * @param {VscodeServerOptions} options
 * @param {string} vsix
 */
export async function installVsix(options, vsix) {
  const args = [...commonArguments(options), '--install-extension', vsix];
  const env = { EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  await runProgramOk(node24, args, { env, timeout: 60_000 });
}

/** @param {VscodeServerOptions} options */
function commonArguments(options) {
  return [
    ...[join(options.server, 'out', 'server-main.js'), '--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--user-data-dir', options.userDataDir, '--server-data-dir', join(options.userDataDir, 'server')],
    ...['--extensions-dir', options.extensionsDir, '--force-disable-user-env'],
  ];
}

/**
 * @param {string} authority
 * @param {string} token
 * @returns {VscodeServer['pageOf']}
 */
function pageOf(authority, token) {
  return (folder, payload = []) => {
    if (folder !== undefined && !existsSync(folder)) throw new Error(`${folder} does not exist`);
    const page = new URL(`http://${authority}/`);
    page.searchParams.set('tkn', token);
    if (folder === undefined) page.searchParams.set('ew', 'true');
    else page.searchParams.set('folder', folder.replaceAll('\\', '/'));
    if (payload.length > 0) page.searchParams.set('payload', JSON.stringify(payload));
    return page.href;
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {(text: string) => string} addToLog
 * @returns {Promise<string>}
 */
function listeningPort(child, addToLog) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ why) => {
      clearTimeout(timer);
      reject(new Error(why));
    };
    const timer = setTimeout(() => fail(`not ready after ${startWithin / 1000} s`), startWithin);
    const read = (/** @type {Buffer} */ chunk) => {
      const port = /agent listening on (\d+)/.exec(addToLog(chunk.toString()))?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
  });
}
