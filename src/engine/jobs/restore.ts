import { originsOf } from '../config/feeds';
import { JetStreamApi } from '../nats/jetstreamApi';
import { BackupError, toPlainError } from '../errors';
import type { RunEvent } from '../progress';
import type { RestoreResult, StreamRestoreResult } from '../results';
import { inParallel } from '../util/inParallel';
import { carryOut } from './applyConfiguration';
import type { ConfigurationPlan } from './configurationPlan';
import { connectForRun } from './connectForRun';
import type { PlannedStream, RestorePlan, RestoreRequest } from './restorePlan';
import { StreamRestorer } from './streamRestorer';
import { RunMeter } from './runMeter';
import { runEvents } from './runEvents';
import { assertSameServer } from './stillAsPlanned';
import { updatedResult } from './updateExisting';
import { WorkerPool } from './workerPool';

/**
 * Carries out a plan. What the plan refused or skips is in the result as such; a stream that fails does not stop the
 * others. Origins are restored before the mirrors and sourced streams that read them.
 *
 * @throws BackupError when the run cannot start; `changedMeanwhile` if the settings are of another server than the plan's
 */
export function restore(
  request: RestoreRequest,
  plan: RestorePlan,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<RestoreResult>, void> {
  return runEvents((emit) => runRestore(request, plan, emit, signal));
}

async function runRestore(
  request: RestoreRequest,
  plan: RestorePlan,
  emit: (event: RunEvent<RestoreResult>) => void,
  signal: AbortSignal,
): Promise<RestoreResult> {
  assertSameServer(plan, request.settings);
  const begin = performance.now();
  const wanted = plan.streams.filter((planned) => planned.action === 'restore');
  const results = new Map(plan.streams.map((planned) => [planned.name, notRestored(planned)]));
  if (wanted.length > 0) {
    const connection = await connectForRun(request.settings, signal);
    const pool = new WorkerPool(request.workerFile);
    const meter = new RunMeter(
      'upload',
      wanted.map((planned) => [planned.name, planned.upload?.summary.archiveBytes ?? 0]),
    );
    const api = new JetStreamApi(connection);
    const restorer = new StreamRestorer(api, request, pool, meter, emit, signal);
    const restoreOne = async (planned: PlannedStream) => {
      results.set(planned.name, await restorer.restore(planned));
      emit({ kind: 'progress', progress: meter.end(planned.name) });
    };
    try {
      const { free, dependent } = byOrigins(wanted);
      await inParallel(free, restoresAtOnce(api, request), restoreOne);
      for (const planned of dependent) await restoreOne(planned);
    } finally {
      await pool.dispose();
      await connection.close();
    }
  }
  const updates = plan.streams.filter((planned) => planned.action === 'update');
  if (plan.configuration !== undefined && updates.length > 0) {
    for (const result of await update(request, plan.configuration, updates, emit, signal)) {
      results.set(result.name, result);
    }
  }
  return { streams: [...results.values()], seconds: (performance.now() - begin) / 1000 };
}

/** What is restored by now stays told, whatever becomes of the updates. */
async function update(
  { settings, cleanUp, undoFolder }: RestoreRequest,
  configuration: ConfigurationPlan,
  planned: PlannedStream[],
  emit: (event: RunEvent<RestoreResult>) => void,
  signal: AbortSignal,
): Promise<StreamRestoreResult[]> {
  try {
    if (undoFolder === undefined) throw new BackupError('internal', 'No folder to save the configuration in is given.');
    const done = await carryOut({ settings, confirmed: cleanUp, undoFolder }, configuration, emit, signal);
    return planned.map((each) => updatedResult(each, done));
  } catch (thrown) {
    const error = toPlainError(thrown);
    emit({ kind: 'message', level: 'error', text: error.message });
    const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed';
    return planned.map((each) => ({ ...notRestored(each), outcome, error }));
  }
}

/** As many as the request allows, in a cluster; see the rule for a server by itself. */
function restoresAtOnce({ connection, rules }: JetStreamApi, { parallel }: RestoreRequest): number {
  const clustered = connection.info.clusterName !== undefined;
  return clustered ? parallel : Math.min(parallel, rules.standaloneRestoresAtOnce);
}

/** Streams that read no other stream of the plan can go side by side. */
function byOrigins(streams: PlannedStream[]): { free: PlannedStream[]; dependent: PlannedStream[] } {
  const names = new Set(streams.map((planned) => planned.name));
  const reads = ({ upload }: PlannedStream) =>
    upload !== undefined && originsOf(upload.config).some((name) => names.has(name));
  return { free: streams.filter((planned) => !reads(planned)), dependent: streams.filter(reads) };
}

function notRestored(planned: PlannedStream): StreamRestoreResult {
  return {
    name: planned.name,
    restoredAs: planned.name,
    outcome: planned.action === 'skip' ? 'skipped' : 'failed',
    expected: planned.expected,
    differences: [],
    leftBehind: 'nothing',
    ...(planned.error === undefined ? {} : { error: planned.error }),
  };
}
