import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../tools/say.mjs';

/** Adds up what the test runs say of themselves and what could not be run. */
export class Tally {
  passed = 0;
  failed = 0;
  /** @type {string[]} */
  notRun = [];
  /**
   * What failed beyond single tests, which mocha lists itself.
   * @type {string[]}
   */
  problems = [];

  /**
   * Runs tests that write their own tally (test/support/tallyReporter.ts). A run that wrote none has failed.
   * @param {string} topic
   * @param {(env: NodeJS.ProcessEnv) => Promise<string | undefined>} run gets the environment for the tests' process;
   *   resolves with what is wrong beyond failed tests
   */
  async add(topic, run) {
    const folder = mkdtempSync(join(tmpdir(), 'tally-'));
    const file = join(folder, 'tally.json');
    const start = performance.now();
    try {
      const problem = await run({ JETSTREAM_TEST_TALLY: file });
      const found = readTally(file);
      this.passed += found.passed;
      this.failed += found.failed;
      this.notRun.push(...found.skipped.map((title) => `${topic}: ${title}`));
      if (problem !== undefined && found.failed === 0) this.fail(topic, problem);
      say(topic, `${found.passed + found.failed} tests in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    } catch {
      this.fail(topic, 'the run ended without a verdict of the tests');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * @param {string} topic
   * @param {string} problem
   */
  fail(topic, problem) {
    this.problems.push(`${topic}: ${problem}`);
    this.failed++;
  }

  /**
   * Something that cannot be had on this machine. In CI nothing may be left out.
   * @param {string} what
   * @param {string} why
   */
  leaveOut(what, why) {
    this.notRun.push(`${what} (${why})`);
    if (process.env['CI'] === 'true') this.fail(what, 'CI runs everything');
  }

  /**
   * Prints the closing lines; the last one is `N passed, N failed`.
   * @returns {number} the exit code
   */
  close() {
    for (const each of this.notRun) say('not run', each);
    for (const each of this.problems) say('FAILED', each);
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}

/**
 * @param {string} file
 * @returns {{ passed: number, failed: number, skipped: string[] }}
 */
function readTally(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
