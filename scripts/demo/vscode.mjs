import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endWithThisProcess, killGroup } from '../tools/runProgram.mjs';
import { messageOf, say } from '../tools/say.mjs';
import { getDesktopVscode } from '../tools/vscodeDesktop.mjs';
import { getVscodeServer } from '../tools/vscodeServer.mjs';
import { startBrowser } from '../vscode/browser.mjs';
import { startVscodeServer } from '../vscode/server.mjs';
import { linkExtension, writeUserSettings } from '../vscode/userData.mjs';

/**
 * @typedef {object} OpenedVscode
 * @property {string | undefined} address where a person sees it in a browser; undefined for a window
 * @property {Promise<unknown>} ended when the person closes the window; never for the served one
 * @property {() => Promise<void>} jobDone the window that did the job is not needed any more
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Opening
 * @property {string} folder for everything that VS Code writes
 * @property {string} workspace
 * @property {NodeJS.ProcessEnv} env that extensions see
 */

/**
 * Opens a VS Code with this extension and the demo's driver: a desktop window where there can be one, else a served one.
 * @param {Opening} opening
 * @returns {Promise<OpenedVscode>}
 */
export async function openVscode(opening) {
  const [userDataDir, extensionsDir] = [join(opening.folder, 'user-data'), join(opening.folder, 'extensions')];
  writeUserSettings(userDataDir, { 'workbench.startupEditor': 'readme' });
  linkExtension(extensionsDir);
  linkExtension(extensionsDir, join(import.meta.dirname, 'driver'), 'jetstream-backup.demo-driver-0.0.0');
  const desktop = await getDesktopVscode();
  if (desktop.path !== undefined) return openWindow(desktop.path, { ...opening, userDataDir, extensionsDir });
  say('VS Code', `the served one, because ${desktop.why}`);
  return await openServed({ ...opening, userDataDir, extensionsDir });
}

/** @typedef {Opening & { userDataDir: string, extensionsDir: string }} Prepared */

/**
 * @param {string} program
 * @param {Prepared} opening
 * @returns {OpenedVscode}
 */
function openWindow(program, { workspace, env, userDataDir, extensionsDir }) {
  const args = [
    ...[workspace, `--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`, '--new-window'],
    ...['--disable-workspace-trust', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
    // Chromium's sandbox refuses to run as root, and needs a helper that the download cannot install.
    ...(process.platform === 'linux' ? ['--no-sandbox'] : []),
  ];
  const child = spawn(program, args, {
    env: { ...withoutVscode(process.env), ...env },
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  });
  const forget = endWithThisProcess(child.pid);
  const ended = once(child, 'exit').finally(forget);
  const close = async () => {
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_000))]);
    killGroup(child.pid, 'SIGKILL');
  };
  return { address: undefined, ended, jobDone: () => Promise.resolve(), close };
}

/**
 * A terminal of VS Code itself sets variables that would make the new one join it, or run as plain Node.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutVscode(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_RUN_AS_NODE$)/.test(name)));
}

/**
 * @param {Prepared} opening
 * @returns {Promise<OpenedVscode>}
 */
async function openServed({ workspace, env, userDataDir, extensionsDir }) {
  const server = await startVscodeServer({ server: await getVscodeServer(), userDataDir, extensionsDir, env });
  const address = server.pageOf(workspace);
  try {
    const browser = await openPage(address);
    const close = async () => {
      await browser?.close();
      await server.stop();
    };
    return { address, ended: new Promise(() => {}), jobDone: async () => void (await browser?.close()), close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * A VS Code that is served runs extensions once a browser shows it: a headless one does the job. Without one the person
 * has to open the address; nobody does with --once.
 * @param {string} address
 */
async function openPage(address) {
  try {
    const browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(address);
    return browser;
  } catch (error) {
    if (!process.stdout.isTTY) throw error;
    say('VS Code', `${messageOf(error)}. Open ${address} in your browser, then the job begins.`);
    return undefined;
  }
}
