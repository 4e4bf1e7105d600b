import { freeBytes } from '../backupSet/freeSpace';
import { createSet, type BackupSetWriter } from '../backupSet/writeSet';
import { messageOf, toBackupError } from '../errors';
import type { ConnectionSettings, StreamInfo } from '../model';
import { connectServer } from '../nats/connect';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunEvent } from '../progress';
import type { BackupResult } from '../results';
import { formatBytes } from '../util/formatBytes';
import { throwIfAborted } from '../util/abort';
import { BackupLanes } from './backupLanes';
import { backupManifest, type StreamBackup } from './backupManifest';
import { failedStream, saveConfigurations, selectStreams } from './backupStreams';
import { runEvents } from './runEvents';
import { WorkerPool } from './workerPool';

export interface BackupRequest {
  settings: ConnectionSettings;
  /** All streams of the account when absent. */
  streams?: string[];
  /** Absolute; the set becomes `<backupFolder>/<context>/<UTC time>`. */
  backupFolder: string;
  /** With every stream's messages, not only the configuration. */
  data: boolean;
  consumers: boolean;
  /** The server proves every record before it sends the first. */
  checkMessages: boolean;
  /** Bytes. */
  chunkSize?: number;
  /** Bytes; only for servers from 2.12.5 on. */
  windowSize?: number;
  /** After a cancel: keep the streams that are whole. */
  keepPartial: boolean;
  /** Streams under way at once, from 1. */
  parallel: number;
  workerFile: string;
  /** How long a server may be silent in the middle of a snapshot, in ms; 30 s. Only tests have a reason to set it. */
  idleTimeoutMs?: number;
  toolVersion: string;
}

/**
 * Backs up streams into one new set. A stream that fails does not stop the others: it stands in the result. The set is
 * kept if at least one stream was backed up whole, or its configuration where no more was asked for or can be had.
 *
 * The control connection of this run asks and lists on the calling thread; messages flow only in the workers.
 *
 * @throws BackupError when the run cannot start: no connection, no JetStream, no folder
 */
export function backup(request: BackupRequest, signal: AbortSignal): AsyncGenerator<RunEvent<BackupResult>, void> {
  return runEvents((emit) => runBackup(request, emit, signal));
}

type Emit = (event: RunEvent<BackupResult>) => void;

async function runBackup(request: BackupRequest, emit: Emit, signal: AbortSignal): Promise<BackupResult> {
  const startedAt = new Date();
  const connection = await connectServer(request.settings, { purpose: 'shared', signal });
  try {
    const api = new JetStreamApi(connection);
    const { streams, unreachable } = await selectStreams(api, request.streams);
    throwIfAborted(signal, 'The backup');
    if (request.data) await announce(api, streams, request, emit);
    const names = [...streams.map((stream) => stream.config.name), ...unreachable.map((each) => each.name)];
    const set = await createSet({
      backupFolder: request.backupFolder,
      context: request.settings.context,
      startedAt,
      streams: names,
    });
    const seconds = () => (Date.now() - startedAt.getTime()) / 1000;
    try {
      const backups = await backUpInto(set, api, streams, request, emit, signal);
      const all = [...backups, ...unreachable.map((result) => ({ result, missingConsumers: [] }))];
      const directory = await finish(set, api, all, request, startedAt, signal);
      const kept = directory === undefined ? {} : { directory };
      return { ...kept, streams: all.map((each) => each.result), seconds: seconds() };
    } catch (thrown) {
      await set.discard();
      const error = toBackupError(thrown);
      if (error.code !== 'diskFull' && error.code !== 'fileAccess') throw error;
      // The set could not be completed, so nothing of it is kept: every stream of a run that began is told as failed.
      emit({ kind: 'message', level: 'error', text: error.message });
      return { streams: names.map((name) => failedStream(name, error)), seconds: seconds() };
    }
  } finally {
    await connection.close();
  }
}

async function backUpInto(
  set: BackupSetWriter,
  api: JetStreamApi,
  streams: StreamInfo[],
  request: BackupRequest,
  emit: Emit,
  signal: AbortSignal,
): Promise<StreamBackup[]> {
  const saved = await saveConfigurations(set, api, streams, request.consumers, signal);
  if (!request.data) return saved;
  const pool = new WorkerPool(request.workerFile);
  try {
    return await new BackupLanes(set, api, request, pool, emit, signal).run(saved);
  } finally {
    await pool.dispose();
  }
}

/** Says what the snapshot holds back on this server, and whether the disk looks too small; both before it starts. */
async function announce(api: JetStreamApi, streams: StreamInfo[], request: BackupRequest, emit: Emit): Promise<void> {
  emit({ kind: 'message', level: 'info', text: `nats-server ${api.rules.version}: ${api.rules.snapshotHoldsBack}` });
  const bytes = streams.reduce((sum, stream) => sum + stream.state.bytes, 0);
  const free = await freeBytes(request.backupFolder).catch((error: unknown) => {
    emit({ kind: 'message', level: 'warning', text: `The free space cannot be told: ${messageOf(error)}` });
    return undefined;
  });
  if (free === undefined || free > bytes) return;
  emit({
    kind: 'message',
    level: 'warning',
    text:
      `The streams hold ${formatBytes(bytes)} and ${request.backupFolder} has ${formatBytes(free)} free. ` +
      `Archives are compressed and may fit all the same; a stream that does not is reported and removed.`,
  });
}

/** Keeps the set or removes it, by the rule of {@link backup}. */
async function finish(
  set: BackupSetWriter,
  api: JetStreamApi,
  backups: StreamBackup[],
  request: BackupRequest,
  startedAt: Date,
  signal: AbortSignal,
): Promise<string | undefined> {
  const whole = backups.some(({ result }) => result.outcome === 'backedUp' || result.outcome === 'configurationOnly');
  if (!whole || (signal.aborted && !request.keepPartial)) {
    await set.discard();
    return undefined;
  }
  return await set.finish(backupManifest(api, backups, request, startedAt));
}
