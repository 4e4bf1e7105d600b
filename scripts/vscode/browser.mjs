import { chromium } from 'playwright-core';
import { getChromium } from '../tools/chromium.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium; it ends with this process at the latest.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function startBrowser() {
  const executablePath = await getChromium();
  return await chromium.launch({ executablePath, args: flags });
}
