import type { Runner } from '../services/runner';
import type { Command } from './command';

/** Ends the running work, for those who see log lines instead of a notification. */
export function cancel(runner: Runner): Command<'cancel'> {
  const end = () => {
    runner.cancelAll();
    return Promise.resolve();
  };
  return { run: end, prompt: end };
}
