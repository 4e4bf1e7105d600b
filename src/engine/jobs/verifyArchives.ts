import { join } from 'node:path';
import { backupJsonName, manifestName } from '../backupSet/layout';
import { setFolderOf, type BackupSource, type SourceStream } from '../backupSet/source';
import { BackupError, isCancelled, toBackupError } from '../errors';
import type { ArchiveSummary } from '../model';
import type { RunEvent } from '../progress';
import type { VerifiedArchive, VerifyProblem, VerifyResult } from '../results';
import { formatBytes } from '../util/formatBytes';
import { inParallel } from '../util/inParallel';
import { checkAgainstManifest, checkAgainstState } from './compareArchive';
import { problemAt } from './problemAt';
import { figuresOf, noFigures, verifyTaskOf } from './restorePlan';
import { RunMeter } from './runMeter';
import type { VerifyRequest } from './verify';
import { WorkerPool } from './workerPool';

type Emit = (event: RunEvent<VerifyResult>) => void;

/** Reads every archive of a source to its end; what is wrong with one does not stop the others. In the source's order. */
export async function verifyArchives(
  source: BackupSource,
  { parallel, workerFile }: Pick<VerifyRequest, 'parallel' | 'workerFile'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<VerifiedArchive[]> {
  const pool = new WorkerPool(workerFile);
  const sizes = source.streams.map((stream) => [stream.name, stream.archiveBytes] as const);
  const verifier = new ArchivesVerifier(source, pool, new RunMeter('verify', sizes), emit, signal);
  try {
    return await inParallel(source.streams, parallel, (stream) => verifier.verify(stream));
  } finally {
    await pool.dispose();
  }
}

class ArchivesVerifier {
  constructor(
    private readonly source: BackupSource,
    private readonly pool: WorkerPool,
    private readonly meter: RunMeter,
    private readonly emit: Emit,
    private readonly signal: AbortSignal,
  ) {}

  async verify(stream: SourceStream): Promise<VerifiedArchive> {
    const at = stream.archivePath ?? stream.folder;
    const base = { stream: stream.name, path: at };
    try {
      const summary = await this.read(stream);
      const { messages, bytes, firstSeq, lastSeq } = figuresOf(summary);
      const problems = this.compare(stream, summary);
      const consumers = summary.consumers.length;
      if (problems.length === 0) this.tell(stream, summary);
      return { ...base, format: summary.format, messages, bytes, firstSeq, lastSeq, consumers, problems };
    } catch (thrown) {
      const error = isCancelled(thrown) ? notRead(stream.name) : toBackupError(thrown);
      const problems = [problemAt(this.source.path, stream.problemPath ?? at, error)];
      return { ...base, ...noFigures, problems };
    } finally {
      this.emit({ kind: 'progress', progress: this.meter.end(stream.name) });
    }
  }

  private async read(stream: SourceStream): Promise<ArchiveSummary> {
    const report = (progress: Parameters<RunMeter['report']>[0]) =>
      this.emit({ kind: 'progress', progress: this.meter.report(progress) });
    return (await this.pool.run(verifyTaskOf(stream), report, this.signal)).summary;
  }

  /** The archive is whole; now it must be the one that manifest and `backup.json` are about. */
  private compare(stream: SourceStream, summary: ArchiveSummary): VerifyProblem[] {
    const { manifestEntry, state, name, folder } = stream;
    const checks: [file: string, check: () => void][] = [];
    if (state !== undefined) {
      checks.push([join(folder, backupJsonName), () => checkAgainstState(name, state, summary)]);
    }
    if (manifestEntry !== undefined) {
      checks.push([join(setFolderOf(this.source), manifestName), () => checkAgainstManifest(manifestEntry, summary)]);
    }
    return checks.flatMap(([file, check]) => {
      try {
        check();
        return [];
      } catch (error) {
        return [problemAt(this.source.path, file, toBackupError(error))];
      }
    });
  }

  private tell({ name, state, manifestEntry }: SourceStream, summary: ArchiveSummary): void {
    const { messages, bytes, firstSeq, lastSeq, consumers } = summary;
    const figures = `${messages} messages, ${formatBytes(bytes)}, sequences ${firstSeq} to ${lastSeq}`;
    const text = `Stream ${name} is whole: ${figures}, ${consumers.length} consumers`;
    this.emit({ kind: 'message', level: 'info', text });
    const announced = state?.['messages'];
    // Our own backup looked at the live stream at its end; who wrote this did not.
    if (manifestEntry !== undefined || announced === messages || typeof announced !== 'number') return;
    const warning =
      `Stream ${name}: backup.json announces ${announced} messages, the archive holds ${messages}. ` +
      `The stream changed while it was backed up, or messages were taken out of the backup.`;
    this.emit({ kind: 'message', level: 'warning', text: warning });
  }
}

function notRead(stream: string): BackupError {
  return new BackupError('cancelled', `The archive of stream ${stream} was not verified: cancelled.`);
}
