import { toStreamState } from '../nats/replies';
import type { SourceStream } from '../backupSet/source';
import type { RestoreConfigurationResult } from '../configurationResults';
import type { RunProgress } from '../progress';
import type { StreamFigures, StreamRestoreResult } from '../results';
import type { ConfigurationPlan } from './configurationPlan';
import { makeConfigurationPlan } from './planConfiguration';
import { noFigures, type PlannedStream, type RestoreRequest } from './restorePlan';

/**
 * For streams that exist, and of which only the configuration is restored: the same plan as of a restore of
 * configuration, with update-streams on.
 */
export async function planUpdates(
  request: RestoreRequest,
  streams: readonly SourceStream[],
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<{ configuration: ConfigurationPlan; planned: PlannedStream[] }> {
  const { settings, source, overrides, workerFile } = request;
  const names = streams.map(({ name }) => name);
  const wanted = { settings, source, streams: names, overrides, workerFile, updateStreams: true };
  const configuration = await makeConfigurationPlan(wanted, report, signal);
  return { configuration, planned: streams.map((stream) => plannedUpdate(stream, configuration)) };
}

function plannedUpdate({ name, state }: SourceStream, { items }: ConfigurationPlan): PlannedStream {
  const own = items.map(({ change }) => change).filter(({ stream }) => stream === name);
  const refused = own.find(({ action }) => action === 'refused');
  const changed = own.filter(({ action }) => action === 'create' || action === 'update');
  const warnings = own.flatMap(({ deletes }) => (deletes === undefined ? [] : [`deletes messages: ${deletes.reason}`]));
  const nothing = changed.length === 0 && refused === undefined;
  return {
    name,
    action: nothing ? 'skip' : 'update',
    exists: true,
    trimmed: false,
    expected: state === undefined ? noFigures : announcedFigures(state),
    warnings: nothing ? ['its configuration is as in the backup'] : warnings,
  };
}

function announcedFigures(state: NonNullable<SourceStream['state']>): StreamFigures {
  const { messages, bytes, firstSeq, lastSeq, consumerCount } = toStreamState(state);
  return { messages, bytes, firstSeq: String(firstSeq), lastSeq: String(lastSeq), consumers: consumerCount };
}

/** What became of a stream whose configuration was to be updated. */
export function updatedResult(planned: PlannedStream, done: RestoreConfigurationResult): StreamRestoreResult {
  const { name, expected } = planned;
  const applied = done.applied.filter(({ stream }) => stream === name);
  const failed = done.failed.filter(({ stream }) => stream === name);
  const [first] = failed;
  const differences = applied.flatMap((change) =>
    change.differences.map(({ field, sent, returned }) => ({
      what: change.consumer === undefined ? field : `consumer ${change.consumer}: ${field}`,
      expected: JSON.stringify(sent),
      actual: JSON.stringify(returned),
    })),
  );
  const cancelled = first?.error.code === 'cancelled' && applied.length === 0;
  return {
    name,
    restoredAs: name,
    outcome: first === undefined ? 'updated' : cancelled ? 'cancelled' : 'failed',
    expected,
    differences,
    leftBehind: 'nothing',
    ...(first === undefined ? {} : { error: first.error }),
  };
}
