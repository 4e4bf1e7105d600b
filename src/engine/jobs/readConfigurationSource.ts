import type { ConfigurationArchive, ConfigurationProblem, ConfigurationSource } from '../backupSet/configurationSource';
import type { FoundConfiguration } from '../backupSet/gathered';
import { oneOfEach } from '../backupSet/oneOfEach';
import { readConfigurations } from '../backupSet/readConfigurations';
import { BackupError, toBackupError } from '../errors';
import type { ArchiveSummary } from '../model';
import type { RunProgress } from '../progress';
import { inParallel } from '../util/inParallel';
import { RunMeter } from './runMeter';
import { WorkerPool } from './workerPool';

export interface ConfigurationSourceRequest {
  /** Absolute path of anything that holds configuration. */
  source: string;
  /** Archives of other streams are not read. */
  streams?: string[];
  workerFile: string;
}

const archivesAtOnce = 2;

/**
 * Everything that a path holds of configuration, also what only an archive has: durable consumers, and of an archive V1
 * without a file beside it the stream's own. Archives are read in workers, to their last record.
 *
 * @throws BackupError `notABackup`, `fileAccess`, `cancelled`
 */
export async function readConfigurationSource(
  request: ConfigurationSourceRequest,
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<ConfigurationSource> {
  const source = await readConfigurations(request.source);
  const { streams, workerFile } = request;
  const wanted = source.archives.filter(
    ({ stream, configurationKnown }) => streams === undefined || !configurationKnown || streams.includes(stream),
  );
  if (wanted.length === 0) return source;
  const read = await readArchives(wanted, workerFile, report, signal);
  const { configurations, problems } = oneOfEach([...source.configurations, ...read.flatMap(({ found }) => found)]);
  return {
    ...source,
    configurations,
    problems: [...source.problems, ...read.flatMap((each) => each.problems), ...problems],
    archives: [],
  };
}

interface ReadArchive {
  found: FoundConfiguration[];
  problems: ConfigurationProblem[];
}

async function readArchives(
  archives: readonly ConfigurationArchive[],
  workerFile: string,
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<ReadArchive[]> {
  const pool = new WorkerPool(workerFile);
  const meter = new RunMeter(
    'verify',
    archives.map(({ stream, bytes }) => [stream, bytes]),
  );
  try {
    return await inParallel(archives, archivesAtOnce, async (archive) => {
      const { path: archivePath, stream, configurationKnown } = archive;
      const task = { kind: 'verify' as const, archivePath, stream, anyStream: !configurationKnown };
      try {
        const { summary } = await pool.run(task, (progress) => report(meter.report(progress)), signal);
        return configurationsIn(archive, summary);
      } catch (error) {
        if (signal.aborted) throw error;
        return { found: [], problems: [{ file: archivePath, error: unread(archive, toBackupError(error)) }] };
      } finally {
        report(meter.end(stream));
      }
    });
  } finally {
    await pool.dispose();
  }
}

function configurationsIn(
  { path: file, stream: known, configurationKnown }: ConfigurationArchive,
  summary: ArchiveSummary,
): ReadArchive {
  const { config, consumers } = summary;
  if (!configurationKnown && config === undefined) {
    const text = `${file} is an archive of server 2.15 or later, which does not hold its stream's configuration. Choose it with its backup.json.`;
    return { found: [], problems: [{ file, error: new BackupError('notABackup', text) }] };
  }
  const stream = configurationKnown ? known : (config?.name ?? known);
  const own: FoundConfiguration[] =
    configurationKnown || config === undefined ? [] : [{ kind: 'stream', stream, config, file, form: 'archive' }];
  const durables = consumers.filter(
    (each) => each.config.durable_name !== undefined && each.config.durable_name !== '',
  );
  const found = durables.map(({ name: consumer, config }): FoundConfiguration => {
    return { kind: 'consumer', stream, consumer, config, file, form: 'archive' };
  });
  return { found: [...own, ...found], problems: [] };
}

function unread({ path, stream, configurationKnown }: ConfigurationArchive, error: BackupError): BackupError {
  const lost = configurationKnown ? `the consumers of stream ${stream}` : 'the stream';
  return new BackupError(error.code, `${path}: ${lost} cannot be read of it. ${error.message}`, { cause: error });
}
