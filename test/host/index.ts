import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { extensions } from 'vscode';
import TallyReporter from '../support/tallyReporter';

/**
 * What VS Code calls to run the tests inside its extension host, the served and the desktop one alike. The verdict is
 * the file that {@link TallyReporter} writes: VS Code ends with 0 also when its extension host was killed.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const grep = process.env['JETSTREAM_TEST_GREP'];
  const mocha = new Mocha({
    reporter: TallyReporter,
    timeout: 60_000,
    color: false,
    forbidOnly: true,
    ...(grep ? { grep } : {}),
  });
  Mocha.reporters.Base.consoleLog = printMarked;
  mocha.rootHooks({ beforeAll: printExtensionUnderTest });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.js')).sort()) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed in VS Code`);
}

/** The invisible mark tells scripts/servedVscode.mjs the lines of the tests from VS Code's own log. */
function printMarked(...args: unknown[]): void {
  for (const line of format(...args).split('\n')) console.log(`\u2063${line}`);
}

/** What is printed before the tests begin does not reach the terminal from a served VS Code. */
function printExtensionUnderTest(): void {
  const extension = extensions.getExtension('jetstream-backup.jetstream-backup');
  printMarked(`extension under test: ${extension?.extensionPath ?? 'none'}`);
}
