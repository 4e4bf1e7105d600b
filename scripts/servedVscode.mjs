#!/usr/bin/env node
// Stands where @vscode/test-electron expects the desktop VS Code: takes the same arguments, opens the served VS Code in a
// headless Chromium, prints what the extension host prints and ends with the code of the tests. The code alone proves
// nothing (a killed extension host ends with 0): the tests write their own verdict, see test/host/index.ts.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, parseArgs } from 'node:util';
import { root } from './launch.mjs';
import { messageOf } from './tools/say.mjs';
import { getVscodeServer } from './tools/vscodeServer.mjs';
import { startBrowser } from './vscode/browser.mjs';
import { startVscodeServer } from './vscode/server.mjs';

const { values, positionals } = parseArgs({
  // The desktop knows many more arguments, none of which matters to the served one.
  strict: false,
  allowPositionals: true,
  options: {
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'disable-workspace-trust': { type: 'boolean' },
  },
});

/** test/host/index.ts begins every line of the tests with it: an invisible separator. */
const testOutputMark = '\u2063';
const logFile = join(root, 'test-results', 'served-vscode.log');
mkdirSync(dirname(logFile), { recursive: true });
writeFileSync(logFile, '');

/**
 * @param {string} name
 * @returns {string}
 */
function required(name) {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`servedVscode: --${name} is missing`);
  return value;
}

/** @returns {Promise<number>} the exit code that VS Code gives */
async function runTestsInPage() {
  const server = await startVscodeServer({
    server: await getVscodeServer(),
    userDataDir: required('user-data-dir'),
    extensionsDir: required('extensions-dir'),
    trust: values['disable-workspace-trust'] === true,
    testDriver: true,
  });
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const exit = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    const crash = new Promise((resolve) => page.once('crash', () => resolve(1)));
    await page.exposeFunction('codeAutomationLog', relay);
    const remote = (/** @type {string} */ path) => `vscode-remote://${server.authority}${pathToFileURL(path).pathname}`;
    const address = server.pageOf(resolve(positionals[0] ?? '.'), [
      ['extensionDevelopmentPath', remote(required('extensionDevelopmentPath'))],
      ['extensionTestsPath', remote(required('extensionTestsPath'))],
    ]);
    await page.goto(address);
    return Number(await Promise.race([exit, crash]));
  } finally {
    await browser.close();
    await server.stop();
    appendFileSync(logFile, server.log());
  }
}

/**
 * Prints what the tests print. The workbench's own log comes by the same way; it goes to a file.
 * @param {string} type
 * @param {unknown[]} args
 */
function relay(type, args) {
  const text = format(...args);
  if (text.startsWith(testOutputMark)) console.log(text.slice(testOutputMark.length));
  else appendFileSync(logFile, `${type} ${text}\n`);
}

try {
  process.exitCode = await runTestsInPage();
  if (process.exitCode !== 0) console.error(`The log of VS Code is in ${logFile}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
