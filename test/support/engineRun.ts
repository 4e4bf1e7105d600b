import { join } from 'node:path';
import { backup, type BackupRequest } from '../../src/engine/jobs/backup';
import { planRestore } from '../../src/engine/jobs/planRestore';
import { restore } from '../../src/engine/jobs/restore';
import type { RestorePlan, RestoreRequest } from '../../src/engine/jobs/restorePlan';
import type { ConnectionSettings } from '../../src/engine/model';
import type { RunEvent } from '../../src/engine/progress';
import type { BackupResult, RestoreResult } from '../../src/engine/results';
import { repositoryRoot } from './tools';

const never = new AbortController().signal;

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

/** A backup with data of every stream of a server. */
export function backupRequest(
  settings: ConnectionSettings,
  backupFolder: string,
  more: Partial<BackupRequest> = {},
): BackupRequest {
  return {
    settings,
    backupFolder,
    data: true,
    consumers: true,
    checkMessages: false,
    keepPartial: true,
    parallel: 2,
    workerFile,
    toolVersion: '0.0.0',
    ...more,
  };
}

/** A restore of every stream of a source, onto a server that has none of them. */
export function restoreRequest(
  settings: ConnectionSettings,
  source: string,
  more: Partial<RestoreRequest> = {},
): RestoreRequest {
  return { settings, source, existing: 'fail', overrides: {}, cleanUp: [], parallel: 2, workerFile, ...more };
}

/** Takes a backup to its end. */
export async function runBackup(request: BackupRequest, signal: AbortSignal = never): Promise<Ran<BackupResult>> {
  return await finishRun(backup(request, signal));
}

/** Plans a restore and carries it out. */
export async function runRestore(
  request: RestoreRequest,
  signal: AbortSignal = never,
): Promise<Ran<RestoreResult> & { plan: RestorePlan }> {
  const plan = (await finishRun(planRestore(request, signal))).result;
  return { plan, ...(await finishRun(restore(request, plan, signal))) };
}
