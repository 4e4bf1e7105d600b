import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import versions from '../versions.json' with { type: 'json' };
import { root } from '../launch.mjs';
import { cacheFolder } from './cache.mjs';
import { answers } from './download.mjs';
import { messageOf, say, timed } from './say.mjs';

const topic = `VS Code ${versions.vscode}`;

/**
 * The path of the desktop VS Code, or the reason why there is none: no display, or a host that does not answer.
 * JETSTREAM_VSCODE=served asks for none, JETSTREAM_VSCODE=/path/to/code names one.
 * @returns {Promise<{ path: string } | { path?: never, why: string }>}
 */
export async function getDesktopVscode() {
  const given = process.env['JETSTREAM_VSCODE'];
  if (given === 'served') return { why: 'JETSTREAM_VSCODE asks for the served one' };
  if (!hasDisplay()) return { why: 'there is no display (on Linux without one: xvfb-run npm test)' };
  if (given) return { path: given };
  const cachePath = join(cacheFolder(), 'vscode');
  if (!isDownloaded(cachePath) && !(await answers('https://update.code.visualstudio.com/api/releases/stable'))) {
    return { why: 'update.code.visualstudio.com does not answer' };
  }
  try {
    const get = () => downloadAndUnzipVSCode({ version: versions.vscode, cachePath, extensionDevelopmentPath: root });
    return { path: await timed(topic, 'getting the desktop VS Code', get) };
  } catch (error) {
    say(topic, messageOf(error));
    return { why: `the download failed: ${messageOf(error)}` };
  }
}

function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/** @param {string} cachePath */
function isDownloaded(cachePath) {
  return existsSync(cachePath) && readdirSync(cachePath).some((name) => name.endsWith(`-${versions.vscode}`));
}
