// Finds a program of one exact version, or gets it: from the environment, the path, the cache, the official release,
// Go, Debian, in this order.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder, fillCacheFolder } from './cache.mjs';
import { downloadChecked } from './download.mjs';
import { runProgram, runProgramOk } from './runProgram.mjs';
import { messageOf, say, timed } from './say.mjs';
import { fileInZip } from './unzip.mjs';

/**
 * @typedef {object} Binary
 * @property {string} name the program's, and its folder's in the cache
 * @property {string} version
 * @property {string} variable the environment variable that may name a path
 * @property {{ url: string, sums: string }} release a zip archive and its list of SHA-256 sums
 * @property {string} goPackage
 * @property {string} [debianPackage]
 */

/** A program that could not be had; the message says how to get it. */
export class UnavailableError extends Error {}

/**
 * The path of the program. Throws {@link UnavailableError}.
 * @param {Binary} binary
 * @returns {Promise<string>}
 */
export async function getBinary(binary) {
  const given = process.env[binary.variable];
  if (given) return await checked(binary, given, `from ${binary.variable}`);
  if ((await versionOf(binary.name)) === binary.version) return binary.name;
  const folder = join(cacheFolder(), binary.name, binary.version);
  const cached = join(folder, fileName(binary));
  if (existsSync(cached)) return await checked(binary, cached, 'in the cache');
  await install(binary, folder);
  if (existsSync(cached)) return cached;
  throw new UnavailableError(
    `${binary.name} ${binary.version} could not be had, see above: put it on the path or at ${cached}, or name it in ` +
      `${binary.variable}; with Go: go install ${binary.goPackage}@v${binary.version}`,
  );
}

/**
 * Tries one way after the other, and says why each one did not work.
 * @param {Binary} binary
 * @param {string} folder
 */
async function install(binary, folder) {
  for (const [way, get] of /** @type {const} */ ([
    [`the release ${binary.release.url}`, fromRelease],
    [`go install ${binary.goPackage}@v${binary.version}`, fromGo],
    [`the Debian package ${binary.debianPackage}`, fromDebian],
  ])) {
    if (get === fromDebian && (binary.debianPackage === undefined || process.platform !== 'linux')) continue;
    try {
      await timed(topic(binary), `trying ${way}`, () =>
        fillCacheFolder(folder, async (temporary) => {
          await get(binary, temporary);
          await checked(binary, join(temporary, fileName(binary)), `from ${way}`);
        }),
      );
      return;
    } catch (error) {
      say(topic(binary), `no: ${messageOf(error)}`);
    }
  }
}

/**
 * @param {Binary} binary
 * @param {string} folder
 */
async function fromRelease(binary, folder) {
  const zip = await downloadChecked(binary.release.url, binary.release.sums);
  const content = fileInZip(zip, (name) => basename(name) === fileName(binary));
  writeFileSync(join(folder, fileName(binary)), content, { mode: 0o755 });
}

/**
 * @param {Binary} binary
 * @param {string} folder
 */
async function fromGo(binary, folder) {
  await runProgramOk('go', ['install', `${binary.goPackage}@v${binary.version}`], {
    env: { GOBIN: folder, GOFLAGS: '' },
    timeout: 600_000,
  });
}

/**
 * Takes the program out of the package, so that nothing is installed and no root is needed.
 * @param {Binary} binary
 * @param {string} folder
 */
async function fromDebian(binary, folder) {
  const name = binary.debianPackage ?? binary.name;
  if (!(await debianVersion(name)) && process.getuid?.() === 0) await runProgram('apt-get', ['update']);
  const version = await debianVersion(name);
  if (version === undefined) throw new Error('there is no such package here');
  if (!version.startsWith(`${binary.version}-`)) throw new Error(`the package has version ${version}`);
  const temporary = mkdtempSync(join(tmpdir(), 'debian-'));
  try {
    // apt gives up its rights before it downloads, to a user who must be able to write here.
    chmodSync(temporary, 0o777);
    await runProgramOk('apt-get', ['download', name], { cwd: temporary, timeout: 120_000 });
    const file = readdirSync(temporary).find((each) => each.endsWith('.deb')) ?? '';
    await runProgramOk('dpkg', ['-x', join(temporary, file), join(temporary, 'files')]);
    const places = ['usr/bin', 'usr/sbin'].map((each) => join(temporary, 'files', each, binary.name));
    const program = places.find((each) => existsSync(each));
    if (program === undefined) throw new Error(`${file} holds no ${binary.name}`);
    copyFileSync(program, join(folder, fileName(binary)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string} name */
async function debianVersion(name) {
  const { output } = await runProgram('apt-cache', ['policy', name]);
  const version = /Candidate: (?:\d+:)?(\S+)/.exec(output)?.[1];
  return version === '(none)' ? undefined : version;
}

/**
 * @param {Binary} binary
 * @param {string} path
 * @param {string} where
 */
async function checked(binary, path, where) {
  const version = await versionOf(path);
  if (version === binary.version) return path;
  const is = version === undefined ? 'does not run' : `is version ${version}`;
  throw new UnavailableError(`${path} (${where}) ${is}; ${binary.name} ${binary.version} is needed`);
}

/**
 * @param {string} program
 * @returns {Promise<string | undefined>}
 */
async function versionOf(program) {
  const { code, output } = await runProgram(program, ['--version'], { timeout: 20_000 });
  return code === 0 ? /\bv?(\d+\.\d+\.\d+)/.exec(output)?.[1] : undefined;
}

/** @param {Binary} binary */
function fileName(binary) {
  return process.platform === 'win32' ? `${binary.name}.exe` : binary.name;
}

/** @param {Binary} binary */
function topic(binary) {
  return `${binary.name} ${binary.version}`;
}
