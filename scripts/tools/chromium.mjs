import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { answers } from './download.mjs';
import { runProgram } from './runProgram.mjs';
import { say, timed } from './say.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const places = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].map((variable) =>
    join(process.env[variable] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  ),
};

/**
 * The path of a Chromium or Chrome; gets one if there is none. Throws with the ways to get one.
 * @returns {Promise<string>}
 */
export async function getChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  await fromPlaywright();
  await fromDebian();
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    'no Chromium: install Chromium or Google Chrome (Debian: apt-get install chromium), or name its path in CHROMIUM',
  );
}

function findChromium() {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const known = process.platform === 'darwin' || process.platform === 'win32' ? places[process.platform] : [];
  return [...onPath, ...known, chromium.executablePath()].find((path) => existsSync(path));
}

/** Playwright's own download, where its host answers. */
async function fromPlaywright() {
  if (!(await answers('https://cdn.playwright.dev'))) return;
  await timed('Chromium', 'getting it from cdn.playwright.dev', () =>
    runProgram('npx', ['playwright-core', 'install', '--no-shell', 'chromium'], { show: true, timeout: 600_000 }),
  );
}

async function fromDebian() {
  if (findChromium() !== undefined || process.getuid?.() !== 0) return;
  if ((await runProgram('apt-get', ['--version'])).code !== 0) return;
  await timed('Chromium', 'apt-get install chromium', async () => {
    await runProgram('apt-get', ['update'], { timeout: 120_000 });
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
    const { code, output } = await runProgram('apt-get', install, { env, timeout: 600_000 });
    if (code !== 0) say('Chromium', output.trim().split('\n').slice(-5).join('\n'));
  });
}
