import { BackupError, messageOf, toBackupError, toPlainError } from '../errors';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { RunEvent } from '../progress';
import type { LeftBehind, RestoreResult, StreamRestoreResult } from '../results';
import { formatBytes } from '../util/formatBytes';
import { readBack } from './readBack';
import { recreateConsumers } from './recreateConsumers';
import type { PlannedStream, PlannedUpload, RestoreRequest } from './restorePlan';
import type { RunMeter } from './runMeter';
import type { RestoreTaskResult } from './transferTasks';
import type { WorkerPool } from './workerPool';

/** Restores single streams of a run: upload, the server's own part, comparison; and what a failure left. */
export class StreamRestorer {
  constructor(
    private readonly api: JetStreamApi,
    private readonly request: RestoreRequest,
    private readonly pool: WorkerPool,
    private readonly meter: RunMeter,
    private readonly emit: (event: RunEvent<RestoreResult>) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Never throws: a failure is in the result. */
  async restore(planned: PlannedStream): Promise<StreamRestoreResult> {
    const { name, expected, upload } = planned;
    const base = { name, restoredAs: name, expected, differences: [], leftBehind: 'nothing' as const };
    if (upload === undefined) return { ...base, outcome: 'failed' };
    let sent = false;
    try {
      // The plan may be minutes old. A name that is taken by now must not be mistaken for what a failure left.
      if ((await this.api.findStream(name)) !== undefined) {
        throw new BackupError('streamExists', `Stream ${name} already exist`, { serverCode: 10058 });
      }
      sent = true;
      this.tell(name, await this.send(name, upload));
      return await this.compare(planned, upload);
    } catch (thrown) {
      const error = toBackupError(thrown);
      const leftBehind = sent ? await this.leftBehind(name) : 'nothing';
      this.emit({ kind: 'message', level: 'error', text: `${error.message}${describeLeft(name, leftBehind)}` });
      const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed';
      return { ...base, outcome, leftBehind, error: toPlainError(error) };
    }
  }

  private async send(stream: string, upload: PlannedUpload): Promise<RestoreTaskResult> {
    const { source, config, sha256, identity } = upload;
    const { archivePath, state } = source;
    const { settings } = this.request;
    return await this.pool.run(
      { kind: 'restore', settings, archivePath, stream, config, state, sha256, identity },
      (progress) => this.emit({ kind: 'progress', progress: this.meter.report(progress) }),
      this.signal,
    );
  }

  private async compare(planned: PlannedStream, upload: PlannedUpload): Promise<StreamRestoreResult> {
    const { name, expected } = planned;
    const { missingConsumers } = upload.source;
    const notes = await recreateConsumers(this.api, name, missingConsumers);
    for (const text of notes) this.emit({ kind: 'message', level: 'warning', text });
    const { actual, differences } = await readBack(this.api, name, expected, upload.summary, missingConsumers);
    const result = { name, restoredAs: name, expected, actual, differences, leftBehind: 'nothing' as const };
    const lost = upload.summary.exact && actual.messages < expected.messages && !planned.trimmed;
    if (!lost) return { ...result, outcome: 'restored' };
    const text =
      `Stream ${name} was restored with ${actual.messages} of ${expected.messages} messages. Compare it with the backup ` +
      `before you use it; delete it to restore it again.`;
    this.emit({ kind: 'message', level: 'error', text });
    return { ...result, outcome: 'failed', leftBehind: 'partial', error: { code: 'restoredDiffers', message: text } };
  }

  /**
   * What the server holds after a failure. An archive V2 leaves a partial stream that goes live; a cluster may keep the
   * name assigned although nothing answers for it. Both go away by a delete, which is done only where it was confirmed.
   */
  private async leftBehind(stream: string): Promise<LeftBehind> {
    const left = await this.askLeftBehind(stream);
    if (left === 'nothing' || !this.request.cleanUp.includes(stream)) return left;
    try {
      await this.api.deleteStream(stream);
      return 'nothing';
    } catch (error) {
      this.emit({ kind: 'message', level: 'error', text: messageOf(error) });
      return left;
    }
  }

  private async askLeftBehind(stream: string): Promise<LeftBehind> {
    try {
      if ((await this.api.findStream(stream)) !== undefined) return 'partial';
      return this.api.connection.info.clusterName === undefined ? 'nothing' : 'name';
    } catch {
      // Who cannot be asked may hold anything; saying `nothing` would be a guess.
      return 'partial';
    }
  }

  private tell(stream: string, { chunks, archiveBytes, uploadSeconds, recoverSeconds }: RestoreTaskResult): void {
    const text =
      `Sent ${formatBytes(archiveBytes)} of compressed data in ${chunks} chunks for stream "${stream}" in ` +
      `${uploadSeconds.toFixed(1)} s; the server took ${recoverSeconds.toFixed(1)} s more to recover it`;
    this.emit({ kind: 'message', level: 'info', text });
  }
}

function describeLeft(stream: string, left: LeftBehind): string {
  switch (left) {
    case 'nothing':
      return ' The server holds nothing of it.';
    case 'partial':
      return ` The server may hold a part of stream ${stream}: delete it before you restore it again.`;
    case 'name':
      return ` The cluster may keep the name ${stream} assigned: delete that stream, also if it seems not to exist, before you restore it again.`;
  }
}
