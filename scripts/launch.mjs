// Starts a script of this repository on a machine that has only git, Node 20 or newer and npm. Runs before node_modules
// exists and on the old Node, so it uses built-in modules only: it installs the packages, then starts Node 24 (the npm
// package `node`), which is also what VS Code runs extensions on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

/** Node 24 of the npm package `node`; it is there once {@link launch} has passed. */
export const node24 = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/**
 * Runs `script` (a path below scripts/) on Node 24 with this process's arguments, and ends with its exit code.
 * @param {string} script
 */
export async function launch(script) {
  try {
    requireNode20();
    installPackages();
    requireNode24();
    process.exitCode = await runToEnd(join(root, 'scripts', script), process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function requireNode20() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new Error(`Node ${process.version} is too old: install Node 20 or newer (https://nodejs.org).`);
}

function installPackages() {
  const modules = join(root, 'node_modules');
  if (existsSync(modules) && isInstalled(modules)) return;
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    console.log(
      'packages: node_modules is a link to another folder; it differs from package-lock.json and stays as it is',
    );
    return;
  }
  console.log('packages: npm ci');
  const result = spawnSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit code ${result.status}`;
  throw new Error(`"npm ci" failed (${why}): look above; it needs npm and its registry (or a mirror set in .npmrc).`);
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm leaves its own list of what it installed.
 * @param {string} modules
 */
function isInstalled(modules) {
  /** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lock */
  try {
    const wanted = /** @type {Lock} */ (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
    const found = /** @type {Lock} */ (JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')));
    return Object.entries(wanted.packages).every(([path, entry]) => {
      if (path === '' || entry.optional || entry.devOptional) return true;
      return found.packages[path]?.version === entry.version;
    });
  } catch {
    return false;
  }
}

/** The binary comes with an install script, which npm may have been told not to run. */
function requireNode24() {
  const result = existsSync(node24) ? spawnSync(node24, ['--version'], { encoding: 'utf8' }) : undefined;
  if (result?.stdout?.startsWith('v24.')) return;
  const is = result === undefined ? 'is missing' : `is ${result.stdout?.trim() || result.error?.message}`;
  throw new Error(
    `Node 24 (${node24}) ${is}. It comes with the install script of the npm package "node": allow install scripts\n` +
      '(npm config get ignore-scripts must print false) and run "npm ci" again.',
  );
}

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
function runToEnd(script, args) {
  // Programs that the script starts by name (npx, npm, node) are then the repository's own.
  const path = [dirname(node24), join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH: path, ...proxySwitch() };
  const child = spawn(node24, ['--enable-source-maps', script, ...args], { cwd: root, env, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; this process only has to outlive it.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Node's own fetch looks at HTTPS_PROXY only when told to. */
function proxySwitch() {
  return process.env['HTTPS_PROXY'] || process.env['https_proxy'] ? { NODE_USE_ENV_PROXY: '1' } : {};
}
