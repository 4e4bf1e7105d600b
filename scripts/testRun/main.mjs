import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launch.mjs';
import { getChromium } from '../tools/chromium.mjs';
import { runProgramOk } from '../tools/runProgram.mjs';
import { messageOf, timed } from '../tools/say.mjs';
import { getDesktopVscode } from '../tools/vscodeDesktop.mjs';
import { getVscodeServer } from '../tools/vscodeServer.mjs';
import { runHostTests } from './hostTests.mjs';
import { runMocha } from './mochaRun.mjs';
import { testOptions } from './options.mjs';
import { getPrograms } from './programs.mjs';
import { Tally } from './tally.mjs';

const tally = new Tally();
try {
  await runTests(testOptions(process.argv.slice(2)));
} catch (error) {
  tally.fail('npm test', messageOf(error));
}
const code = tally.close();
// What is still being fetched after a failure says nothing after the closing line.
process.stdout.write('', () => process.exit(code));

/** @param {import('./options.mjs').TestOptions} options */
async function runTests(options) {
  // Programs are fetched while TypeScript compiles; the unit tests need none of them.
  const programs = options.server || options.host ? getPrograms(tally) : Promise.resolve({});
  const vscode = options.host ? getServedVscode() : Promise.resolve(false);
  programs.catch(() => {});
  await timed('build', 'tsc -b and the bundle', build);
  const { grep } = options;
  if (options.unit) await tally.add('unit tests', (env) => runMocha('unit', { grep, env }));
  const found = await programs;
  if (options.server) await tally.add('server tests', (env) => runMocha('server', { grep, env: { ...found, ...env } }));
  if (options.host) await runInVscode(options, found, await vscode);
}

async function build() {
  removeStaleTests();
  await runProgramOk(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], { cwd: root });
  await runProgramOk(process.execPath, ['esbuild.mjs', '--production'], { cwd: root });
}

/** The compiler leaves behind what it once made of a test that is gone; mocha would run it for ever. */
function removeStaleTests() {
  const compiled = join(root, 'out', 'test');
  if (!existsSync(compiled)) return;
  for (const file of readdirSync(compiled, { recursive: true, encoding: 'utf8' })) {
    const source = join(root, 'test', file.replace(/\.js$/, '.ts'));
    if (file.endsWith('.test.js') && !existsSync(source)) rmSync(join(compiled, file));
  }
}

/**
 * @param {import('./options.mjs').TestOptions} options
 * @param {NodeJS.ProcessEnv} programs
 * @param {boolean} served whether there is a VS Code that a browser shows
 */
async function runInVscode({ vsix, grep }, programs, served) {
  if (served || (await getDesktopVscode()).path !== undefined) {
    const only = grep === undefined ? {} : { JETSTREAM_TEST_GREP: grep };
    await tally.add('host tests', (env) => runHostTests({ vsix, env: { ...programs, ...only, ...env } }));
  } else {
    tally.leaveOut('tests in VS Code', 'neither the desktop nor the served one could be had, see above');
  }
  if (!served) return;
  const installed = vsix === undefined ? {} : { JETSTREAM_TEST_VSIX: vsix };
  await tally.add('click tests', (env) => runMocha('clicks', { grep, env: { ...programs, ...installed, ...env } }));
}

/** @returns {Promise<boolean>} whether the VS Code that a browser shows, and the browser, are there */
async function getServedVscode() {
  try {
    await Promise.all([getVscodeServer(), getChromium()]);
    return true;
  } catch (error) {
    tally.leaveOut('tests that click', messageOf(error));
    return false;
  }
}
