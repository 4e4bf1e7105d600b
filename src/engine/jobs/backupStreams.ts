import type { BackupSetWriter } from '../backupSet/writeSet';
import { toBackupError, toPlainError, type BackupError } from '../errors';
import type { ConsumerInfo, StreamInfo } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { StreamBackupResult } from '../results';
import { throwIfAborted } from '../util/abort';
import { inParallel } from '../util/inParallel';
import type { StreamBackup } from './backupManifest';
import { answered, unanswered } from './unanswered';

/** Small requests under way at once. */
const requestsAtOnce = 8;

export interface SelectedStreams {
  streams: StreamInfo[];
  /** Streams asked for, or known to the account, that could not be read; each with its failure. */
  unreachable: StreamBackupResult[];
}

/** The streams of a run, sorted by name: those asked for, else all of the account. */
export async function selectStreams(api: JetStreamApi, asked: string[] | undefined): Promise<SelectedStreams> {
  if (asked === undefined) {
    const listing = await api.listStreams();
    const unreachable = listing.missing.map((name) => failedStream(name, unanswered(name)));
    return { streams: answered(listing), unreachable };
  }
  const streams: StreamInfo[] = [];
  const unreachable: StreamBackupResult[] = [];
  await inParallel([...new Set(asked)].sort(), requestsAtOnce, async (name) => {
    try {
      streams.push(await api.streamInfo(name));
    } catch (error) {
      unreachable.push(failedStream(name, toBackupError(error)));
    }
  });
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  streams.sort((a, b) => byName(a.config.name, b.config.name));
  return { streams, unreachable: unreachable.sort((a, b) => byName(a.name, b.name)) };
}

/** Writes the configuration files of every stream. What cannot be read of one stream is that stream's failure. */
export async function saveConfigurations(
  set: BackupSetWriter,
  api: JetStreamApi,
  streams: StreamInfo[],
  withConsumers: boolean,
  signal: AbortSignal,
): Promise<StreamBackup[]> {
  return await inParallel(streams, requestsAtOnce, async (info) => {
    const name = info.config.name;
    try {
      throwIfAborted(signal, `The backup of stream ${name}`);
      const consumers = withConsumers ? await api.listConsumers(name) : [];
      await set.writeConfiguration(name, info.config, durableConfigs(consumers));
      return { result: emptyResult(name), info, consumers, missingConsumers: [] };
    } catch (thrown) {
      const error = toBackupError(thrown);
      if (error.code === 'diskFull' || error.code === 'fileAccess') throw error;
      return { result: failedStream(name, error), info, missingConsumers: [] };
    }
  });
}

/** A result before any message was read. */
export function emptyResult(name: string): StreamBackupResult {
  return {
    name,
    outcome: 'configurationOnly',
    messages: 0,
    bytes: 0,
    archiveBytes: 0,
    uncompressedBytes: 0,
    chunks: 0,
    verified: false,
    missingConsumers: [],
  };
}

export function failedStream(name: string, error: BackupError): StreamBackupResult {
  const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed';
  return { ...emptyResult(name), outcome, error: toPlainError(error) };
}

/** Ephemeral consumers are a client's own affair: they have no file. */
function durableConfigs(consumers: ConsumerInfo[]): ConsumerInfo['config'][] {
  return consumers.map((consumer) => consumer.config).filter((config) => config.durable_name !== undefined);
}
