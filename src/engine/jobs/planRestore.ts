import { BackupError, isBackupError, toBackupError } from '../errors';
import type { SourceStream } from '../backupSet/source';
import { AccountStreams } from '../config/accountStreams';
import { originsFirst } from '../config/feeds';
import { connectServer } from '../nats/connect';
import { JetStreamApi } from '../nats/jetstreamApi';
import { toStreamState } from '../nats/replies';
import { inParallel } from '../util/inParallel';
import { checkAgainstServer, configToSend, type TargetServer } from './restoreChecks';
import {
  chooseStreams,
  figuresOf,
  readable,
  refusedStream,
  verifyTaskOf,
  type PlanEvent,
  type PlannedStream,
  type PlannedUpload,
  type ReadableSource,
  type RestorePlan,
  type RestoreRequest,
} from './restorePlan';
import type { RunProgress } from '../progress';
import { RunMeter } from './runMeter';
import { runEvents } from './runEvents';
import type { VerifyTaskResult } from './transferTasks';
import { serverMark } from './stillAsPlanned';
import { planUpdates } from './updateExisting';
import { WorkerPool } from './workerPool';

/**
 * Verifies every stream of a source to its last record and asks the server what it would make of it. Nothing is sent.
 *
 * @throws BackupError when no plan can be made: no backup there, no connection, cancelled
 */
export function planRestore(request: RestoreRequest, signal: AbortSignal): AsyncGenerator<PlanEvent, void> {
  return runEvents((emit) => makePlan(request, emit, signal));
}

type Emit = (event: PlanEvent) => void;

/** A stream of the source, with what its verification found. */
interface Verified {
  source: SourceStream;
  verified: VerifyTaskResult | BackupError;
}

async function makePlan(request: RestoreRequest, emit: Emit, signal: AbortSignal): Promise<RestorePlan> {
  const { chosen, absent, warnings } = await chooseStreams(request);
  const connection = await connectServer(request.settings, { purpose: 'shared', signal });
  try {
    const api = new JetStreamApi(connection);
    const [account, listing] = await Promise.all([api.accountInfo(), api.listStreams()]);
    const listed = new Set(listing.streams.map(({ config }) => config.name));
    const updates = request.existing === 'update' ? chosen.filter(({ name }) => listed.has(name)) : [];
    const report = (progress: RunProgress) => emit({ kind: 'progress', progress });
    const update = updates.length === 0 ? undefined : await planUpdates(request, updates, report, signal);
    const toVerify = chosen.filter((source) => !updates.includes(source));
    const verified = await verifyAll(toVerify, request, emit, signal);
    const server: TargetServer = {
      rules: api.rules,
      clustered: connection.info.clusterName !== undefined,
      account,
      streams: new AccountStreams(listing.streams.map(({ config }) => config)),
      plannedBytes: 0,
      now: new Date(),
    };
    const planned = planStreams(verified, request, server);
    const streams = planned.map((stream) => ({ ...stream, warnings: [...warnings, ...stream.warnings] }));
    return {
      context: request.settings.context,
      serverMark: serverMark(request.settings),
      source: request.source,
      streams: [...streams, ...(update?.planned ?? []), ...absent],
      ...(update === undefined ? {} : { configuration: update.configuration }),
    };
  } finally {
    await connection.close();
  }
}

async function verifyAll(
  chosen: SourceStream[],
  request: RestoreRequest,
  emit: Emit,
  signal: AbortSignal,
): Promise<Verified[]> {
  const pool = new WorkerPool(request.workerFile);
  const meter = new RunMeter(
    'verify',
    chosen.map((source) => [source.name, source.archiveBytes]),
  );
  try {
    return await inParallel(chosen, request.parallel, async (source) => {
      const verified = await verifyOne(pool, source, (progress) => emit({ kind: 'progress', progress }), meter, signal);
      emit({ kind: 'progress', progress: meter.end(source.name) });
      return isBackupError(verified) ? { source, verified } : whole(source, verified);
    });
  } finally {
    await pool.dispose();
  }
}

async function verifyOne(
  pool: WorkerPool,
  source: SourceStream,
  report: (progress: ReturnType<RunMeter['report']>) => void,
  meter: RunMeter,
  signal: AbortSignal,
): Promise<VerifyTaskResult | BackupError> {
  try {
    return await pool.run(verifyTaskOf(source), (progress) => report(meter.report(progress)), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return toBackupError(error);
  }
}

/** Only now is everything known of an archive that stands by itself. */
function whole(source: SourceStream, verified: VerifyTaskResult): Verified {
  try {
    return { source: readable(source, verified.summary), verified };
  } catch (error) {
    return { source, verified: toBackupError(error) };
  }
}

/** In order, so that each stream is checked against those restored before it. */
function planStreams(verified: Verified[], request: RestoreRequest, server: TargetServer): PlannedStream[] {
  let plannedBytes = 0;
  const ordered = originsFirst(verified, ({ source }) => source.config ?? { name: source.name });
  return ordered.map(({ source, verified: found }) => {
    if (isBackupError(found)) return refusedStream(source.name, found);
    const planned = planStream(readable(source, found.summary), found, request, {
      ...server,
      plannedBytes,
    });
    if (planned.action === 'restore' && planned.upload !== undefined) {
      server.streams.set(planned.upload.config);
      plannedBytes += found.summary.bytes * (planned.upload.config.num_replicas ?? 1);
    }
    return planned;
  });
}

function planStream(
  source: ReadableSource,
  found: VerifyTaskResult,
  request: RestoreRequest,
  server: TargetServer,
): PlannedStream {
  const { name } = source;
  const { summary, sha256, identity } = found;
  const { config, warnings } = configToSend(source.config, summary, request.overrides, server.rules);
  const upload: PlannedUpload = { source, summary, sha256, identity, config };
  const exists = server.streams.find(name) !== undefined;
  const base = { name, exists, trimmed: false, expected: figuresOf(summary, source.missingConsumers.length), upload };
  if (exists && request.existing === 'skip') return { ...base, action: 'skip', warnings };
  try {
    if (exists) throw new BackupError('streamExists', `Stream ${name} already exist`, { serverCode: 10058 });
    const check = checkAgainstServer(config, summary, toStreamState(source.state), server);
    return { ...base, ...check, action: 'restore', warnings: [...warnings, ...check.warnings] };
  } catch (error) {
    const refused = refusedStream(name, toBackupError(error));
    return { ...base, ...refused, exists, expected: base.expected, upload, warnings };
  }
}
