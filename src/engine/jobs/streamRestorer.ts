import { BackupError, toBackupError, toPlainError, type ErrorCode } from '../errors';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { Phase, RunEvent } from '../progress';
import type { LeftBehind, RestoreResult, StreamRestoreResult } from '../results';
import { throwIfAborted } from '../util/abort';
import { formatBytes } from '../util/formatBytes';
import { readBack } from './readBack';
import { recreateConsumers } from './recreateConsumers';
import type { PlannedStream, PlannedUpload, RestoreRequest } from './restorePlan';
import type { RunMeter } from './runMeter';
import type { RestoreTaskResult } from './transferTasks';
import type { WorkerPool } from './workerPool';

/** After these the server may still have taken the request, or still be working on it. */
const mayBeUnanswered = new Set<ErrorCode>(['timeout', 'connectionLost', 'cancelled', 'stalled', 'internal']);

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
    const upTo: { phase?: Phase } = {};
    try {
      throwIfAborted(this.signal, `The restore of stream ${name}`);
      // The plan may be minutes old. A name that is taken by now must not be mistaken for what a failure left.
      if ((await this.api.findStream(name)) !== undefined) {
        throw new BackupError('streamExists', `Stream ${name} already exist`, { serverCode: 10058 });
      }
      this.tell(name, await this.send(name, upload, (phase) => (upTo.phase = phase)));
      return await this.compare(planned, upload);
    } catch (thrown) {
      const error = toBackupError(thrown);
      const leftBehind = await this.leftBehind(name, upTo.phase, error);
      this.emit({ kind: 'message', level: 'error', text: `${error.message}${describeLeft(name, leftBehind)}` });
      const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed';
      return { ...base, outcome, leftBehind, error: toPlainError(error) };
    }
  }

  private async send(
    stream: string,
    upload: PlannedUpload,
    reached: (phase: Phase) => void,
  ): Promise<RestoreTaskResult> {
    const { source, config, sha256, identity, summary } = upload;
    const { archiveBytes } = summary;
    const { archivePath, state } = source;
    const { settings, idleTimeoutMs } = this.request;
    const idle = idleTimeoutMs === undefined ? {} : { idleTimeoutMs };
    return await this.pool.run(
      { kind: 'restore', settings, archivePath, stream, config, state, sha256, identity, archiveBytes, ...idle },
      (progress) => {
        reached(progress.phase);
        this.emit({ kind: 'progress', progress: this.meter.report(progress) });
      },
      this.signal,
    );
  }

  private async compare(planned: PlannedStream, upload: PlannedUpload): Promise<StreamRestoreResult> {
    const { name, expected } = planned;
    const { missingConsumers } = upload.source;
    const notes = await recreateConsumers(this.api, upload.config, missingConsumers);
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
   * name assigned although nothing answers for it. Both go away by a delete, which is done only where it was confirmed,
   * and only of what the server took from us: a name that another client was faster to use is not ours.
   *
   * @param reached how far the restore came; undefined if the server never took the stream
   */
  private async leftBehind(stream: string, reached: Phase | undefined, error: BackupError): Promise<LeftBehind> {
    const unanswered = mayBeUnanswered.has(error.code);
    if (reached === undefined) return unanswered ? await this.askLeftBehind(stream) : 'nothing';
    const left = await this.askLeftBehind(stream);
    const goesOn = reached === 'recover' && unanswered;
    if (left === 'nothing' && !goesOn) return left;
    if (!this.request.cleanUp.includes(stream)) return left === 'nothing' ? 'partial' : left;
    try {
      await this.api.deleteStream(stream);
      return 'nothing';
    } catch (thrown) {
      const failure = toBackupError(thrown);
      if (failure.code === 'streamNotFound') return goesOn ? 'partial' : 'nothing';
      // A link that breaks and comes back may lose the answer and not the delete.
      const now = await this.askLeftBehind(stream);
      if (now === 'nothing' && !goesOn) return now;
      this.emit({ kind: 'message', level: 'error', text: failure.message });
      return now === 'nothing' ? 'partial' : now;
    }
  }

  /**
   * In a cluster the names are those that are assigned, whether or not a server answers for them. A link that was cut
   * took our connection too, which comes back while the first question waits: so it is asked twice.
   */
  private async askLeftBehind(stream: string): Promise<LeftBehind> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if ((await this.api.findStream(stream)) !== undefined) return 'partial';
        return (await this.api.streamNames()).includes(stream) ? 'name' : 'nothing';
      } catch {
        // Who cannot be asked may hold anything; saying `nothing` would be a guess.
        if (attempt === 2 || this.api.connection.lost !== undefined) return 'partial';
      }
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
