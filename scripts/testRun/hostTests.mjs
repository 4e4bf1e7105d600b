import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { root } from '../launch.mjs';
import { runProgramOk } from '../tools/runProgram.mjs';
import { messageOf, say } from '../tools/say.mjs';
import { getDesktopVscode } from '../tools/vscodeDesktop.mjs';
import { getVscodeServer } from '../tools/vscodeServer.mjs';
import { installVsix } from '../vscode/server.mjs';
import { writeUserSettings } from '../vscode/userData.mjs';

/**
 * Runs test/host inside a real VS Code: the desktop one where it can be had, else the served one.
 * @param {{ vsix?: string | undefined, env: NodeJS.ProcessEnv }} options with `vsix` that file is installed and tested, not this folder
 * @returns {Promise<string | undefined>} why the run failed, as far as VS Code knows
 */
export async function runHostTests(options) {
  const folder = mkdtempSync(join(tmpdir(), 'host-tests-'));
  const [userDataDir, extensionsDir] = [join(folder, 'user-data'), join(folder, 'extensions')];
  try {
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'test', 'fixtures', 'workspace'), workspace, { recursive: true });
    writeUserSettings(userDataDir);
    mkdirSync(extensionsDir);
    const desktop = await getDesktopVscode();
    if (desktop.path === undefined) say('VS Code', `the served one, because ${desktop.why}`);
    else say('VS Code', desktop.path);
    if (options.vsix !== undefined) await install(options.vsix, desktop.path, { userDataDir, extensionsDir });
    await runTests({
      vscodeExecutablePath: desktop.path ?? join(root, 'scripts', 'servedVscode.mjs'),
      extensionDevelopmentPath: options.vsix === undefined ? root : emptyExtension(folder),
      extensionTestsPath: join(root, 'out', 'test', 'host', 'index.js'),
      launchArgs: [workspace, `--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`],
      // The contexts of whoever runs the tests stay out of them.
      extensionTestsEnv: { ...options.env, XDG_CONFIG_HOME: join(folder, 'config') },
    });
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {string} vsix
 * @param {string | undefined} desktop
 * @param {{ userDataDir: string, extensionsDir: string }} folders
 */
async function install(vsix, desktop, folders) {
  say('VS Code', `installing ${vsix}`);
  if (desktop === undefined) return await installVsix({ server: await getVscodeServer(), ...folders }, vsix);
  const [program = '', ...args] = resolveCliArgsFromVSCodeExecutablePath(desktop, { reuseMachineInstall: true });
  const where = [`--user-data-dir=${folders.userDataDir}`, `--extensions-dir=${folders.extensionsDir}`];
  await runProgramOk(program, [...args, ...where, '--install-extension', vsix], { timeout: 120_000 });
}

/**
 * VS Code runs tests only together with an extension under development; this one leaves the installed one alone.
 * @param {string} folder
 */
function emptyExtension(folder) {
  const extension = join(folder, 'tests');
  mkdirSync(extension);
  const manifest = { name: 'tests', publisher: 'jetstream-backup', version: '0.0.0', engines: { vscode: '*' } };
  writeFileSync(join(extension, 'package.json'), JSON.stringify(manifest));
  return extension;
}
