import { join } from 'node:path';
import type { ConnectionSettings } from '../../src/engine/model';
import type { RunEvent } from '../../src/engine/progress';
import { repositoryRoot } from './tools';

/** The compiled worker beside the engine under test. */
export const workerFile = join(repositoryRoot, 'out', 'src', 'engine', 'worker.js');

/** Settings for a server without credentials. */
export function plainSettings(url: string, context = 'test'): ConnectionSettings {
  return { context, servers: [new URL(url).host], credentials: {}, apiPrefix: '$JS.API' };
}

/** Everything a run told, and its result. */
export interface Ran<Result> {
  result: Result;
  messages: string[];
  events: RunEvent<Result>[];
}

/** Takes a run to its end. */
export async function finishRun<Result>(run: AsyncIterable<RunEvent<Result>>): Promise<Ran<Result>> {
  const events: RunEvent<Result>[] = [];
  for await (const event of run) events.push(event);
  const last = events.at(-1);
  if (last?.kind !== 'finished') throw new Error('the run ended without a result');
  const messages = events.flatMap((event) => (event.kind === 'message' ? [event.text] : []));
  return { result: last.result, messages, events };
}
