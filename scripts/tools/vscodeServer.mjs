// The VS Code that a browser shows: the server build inside the npm package `code-server`, for machines that the desktop
// VS Code's update host does not answer, and for tests that click.
import { existsSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import versions from '../versions.json' with { type: 'json' };
import { cacheFolder, fillCacheFolder } from './cache.mjs';
import { runProgram, runProgramOk } from './runProgram.mjs';
import { say, timed } from './say.mjs';

const topic = `VS Code server (code-server ${versions.codeServer})`;

/**
 * The folder of the VS Code server, installed into the cache if it is not there.
 * @returns {Promise<string>}
 */
export async function getVscodeServer() {
  const folder = join(cacheFolder(), 'code-server', versions.codeServer);
  const server = join(folder, 'lib', 'vscode');
  if (!existsSync(join(server, 'out', 'server-main.js'))) {
    await timed(topic, 'getting it from the npm registry', () => fillCacheFolder(folder, install));
  }
  return server;
}

/** @param {string} folder */
async function install(folder) {
  const unpacked = join(folder, 'lib', 'vscode');
  await mkdir(unpacked, { recursive: true });
  const pack = ['pack', `code-server@${versions.codeServer}`, '--json', '--pack-destination', folder];
  const [packed] = /** @type {{ filename: string, integrity: string }[]} */ (
    jsonIn(await runProgramOk('npm', pack, { cwd: folder, timeout: 300_000 }))
  );
  if (packed?.integrity !== versions.codeServerIntegrity) {
    throw new Error(`code-server ${versions.codeServer} from the npm registry is not what versions.json pins`);
  }
  const archive = join(folder, packed.filename);
  await extract({ file: archive, cwd: dirname(dirname(unpacked)), strip: 1, filter: isVscode });
  rmSync(archive);
  // Its own shrinkwrap pins these; nothing is compiled.
  const modules = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runProgramOk('npm', modules, { cwd: unpacked, timeout: 600_000 });
  await compileLogger(unpacked);
}

/** @param {string} path inside the package */
function isVscode(path) {
  return path.startsWith('package/lib/vscode/');
}

/**
 * Without this native module every output channel is blank. It is all that is compiled, where a compiler is at hand.
 * @param {string} server
 */
async function compileLogger(server) {
  // It uses only Node's stable binary interface, so the headers of any Node do; else they are downloaded.
  const headers = ['/usr', '/usr/local'].find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  const env = {
    JOBS: 'max',
    npm_config_ignore_scripts: 'false',
    ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
  };
  const { code } = await runProgram('npm', ['rebuild', '@vscode/spdlog'], { cwd: server, env, timeout: 300_000 });
  const native = join(server, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node');
  if (code === 0 && existsSync(native)) return;
  const needs = 'a C++ compiler, make, Python and the headers of Node are needed';
  say(topic, `its file logger could not be compiled (${needs}): output channels stay blank`);
}

/**
 * npm may print warnings around its JSON.
 * @param {string} output
 * @returns {unknown}
 */
function jsonIn(output) {
  return JSON.parse(output.slice(output.indexOf('['), output.lastIndexOf(']') + 1));
}
