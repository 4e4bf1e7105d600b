import { writeFileSync } from 'node:fs';
import { reporters, Runner, type MochaOptions, type Test } from 'mocha';

/**
 * Mocha's usual reporter, which also writes `{passed, failed, skipped: [full title]}` to the file that
 * JETSTREAM_TEST_TALLY names. The tests' own process writes it at the very end: without the file a run has failed,
 * whatever its exit code. scripts/testRun adds the tallies up.
 */
class TallyReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test: Test) => skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const file = process.env['JETSTREAM_TEST_TALLY'];
      const { passes, failures } = this.stats;
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
}

// The one form in which mocha takes a reporter by its path.
export = TallyReporter;
