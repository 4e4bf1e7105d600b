import { dirname, join } from 'node:path';
import { ConfigurationFiles, updateConfigurationFile } from '../backupSet/configurationFolder';
import { goneConfigurations, removeConfigurations } from '../backupSet/goneConfigurations';
import { ReplacedFiles } from '../backupSet/replacedFiles';
import { undoFolderName } from '../backupSet/layout';
import type { BackupConfigurationResult } from '../configurationResults';
import { isBackupError, toBackupError, toPlainError } from '../errors';
import type { ConnectionSettings } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunEvent } from '../progress';
import type { StreamBackupResult } from '../results';
import { inParallel } from '../util/inParallel';
import { throwIfAborted } from '../util/abort';
import { selectStreams } from './backupStreams';
import { connectForRun } from './connectForRun';
import { CountMeter } from './countMeter';
import { readConsumers, type LiveStream } from './readLiveConfigurations';
import { runEvents } from './runEvents';
import { unansweredConsumer } from './unanswered';

export interface BackupConfigurationRequest {
  settings: ConnectionSettings;
  /** Absolute path of the folder that is kept in git; made if it does not exist. */
  directory: string;
  /** All streams of the account when absent. */
  streams?: string[];
  /** Files that we wrote and whose stream or consumer is gone are removed; otherwise they are only told. */
  removeGone: boolean;
}

const filesAtOnce = 8;

/**
 * Writes the configuration of streams and durable consumers into a folder, each file only where it changed.
 *
 * @throws BackupError when the run cannot start, and for a disk that is full or not writable
 */
export function backupConfiguration(
  request: BackupConfigurationRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<BackupConfigurationResult>, void> {
  return runEvents((emit) => run(request, emit, signal));
}

async function run(
  request: BackupConfigurationRequest,
  emit: (event: RunEvent<BackupConfigurationResult>) => void,
  signal: AbortSignal,
): Promise<BackupConfigurationResult> {
  const { directory } = request;
  const result: BackupConfigurationResult = {
    directory,
    written: [],
    unchanged: [],
    removed: [],
    gone: [],
    failed: [],
  };
  const connection = await connectForRun(request.settings, signal);
  try {
    const api = new JetStreamApi(connection);
    const { streams, unreachable } = await selectStreams(api, request.streams);
    for (const { name, error } of unreachable) if (error !== undefined) result.failed.push({ stream: name, error });
    const listed = [
      ...streams.map(({ config }) => config.name),
      ...unreachable.filter(isThere).map(({ name }) => name),
    ];
    const names = new Set([...(await api.streamNames()), ...listed]);
    const meter = new CountMeter('read', streams.length, (progress) => emit({ kind: 'progress', progress }));
    const live = await readConsumers(api, streams, signal, () => meter.step());
    const files = new ConfigurationFiles(names);
    const replaced = new ReplacedFiles(join(dirname(directory), undoFolderName));
    await inParallel(live, filesAtOnce, async (stream) => {
      throwIfAborted(signal, 'The backup of the configuration');
      await writeStream(directory, files, replaced, stream, result);
    });
    await tellGone(request, names, live, result);
    if (replaced.path !== undefined) {
      result.replaced = replaced.path;
      const text = `What the files held that were written anew is in ${replaced.path}`;
      emit({ kind: 'message', level: 'info', text });
    }
  } finally {
    await connection.close();
  }
  for (const list of [result.written, result.unchanged]) list.sort();
  return result;
}

/** One that does not answer may be there; only a server that says so knows that it is not. */
function isThere({ error }: StreamBackupResult): boolean {
  return error?.code !== 'streamNotFound';
}

/** A stream or consumer that did not answer is not gone: its name is among those that the account has. */
async function tellGone(
  { directory, streams, removeGone }: BackupConfigurationRequest,
  names: ReadonlySet<string>,
  live: readonly LiveStream[],
  result: BackupConfigurationResult,
): Promise<void> {
  const read = live.filter(({ error }) => error === undefined);
  const consumers = new Map(
    read.map(({ info, consumers: found, missing }) => [
      info.config.name,
      new Set([...found.map(({ name }) => name), ...missing]),
    ]),
  );
  const only = streams === undefined ? undefined : new Set(streams);
  const gone = await goneConfigurations(directory, { streams: names, consumers }, only);
  if (removeGone) await removeConfigurations(directory, gone);
  (removeGone ? result.removed : result.gone).push(...gone);
}

async function writeStream(
  directory: string,
  files: ConfigurationFiles,
  replaced: ReplacedFiles,
  { info, consumers, missing, error }: LiveStream,
  result: BackupConfigurationResult,
): Promise<void> {
  const stream = info.config.name;
  if (error !== undefined) result.failed.push({ stream, error: toPlainError(error) });
  for (const consumer of missing)
    result.failed.push({ stream, consumer, error: toPlainError(unansweredConsumer(stream, consumer)) });
  const configs = consumers.map((consumer) => consumer.config);
  for (const file of files.of(info.config, configs)) {
    try {
      const written = await updateConfigurationFile(directory, file, (name, text) => replaced.keep(name, text));
      (written ? result.written : result.unchanged).push(file.name);
    } catch (thrown) {
      if (!isBackupError(thrown) || thrown.code !== 'notABackup') throw toBackupError(thrown);
      result.failed.push({ stream, error: toPlainError(thrown) });
    }
  }
}
