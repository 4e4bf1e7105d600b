import { toBackupError } from '../errors';
import type { RunEvent } from '../progress';
import { EventQueue } from '../util/eventQueue';

/**
 * A run as an async iterable: what `run` emits, then its result as `finished`.
 *
 * @throws BackupError that `run` rejects with, after everything it emitted
 */
export async function* runEvents<Result>(
  run: (emit: (event: RunEvent<Result>) => void) => Promise<Result>,
): AsyncGenerator<RunEvent<Result>, void> {
  const queue = new EventQueue<RunEvent<Result>>();
  const running = run((event) => queue.push(event)).then(
    (result) => {
      queue.push({ kind: 'finished', result });
      queue.end();
    },
    (error: unknown) => queue.fail(toBackupError(error)),
  );
  yield* queue;
  await running;
}
