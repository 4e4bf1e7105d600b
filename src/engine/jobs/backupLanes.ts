import type { BackupSetWriter } from '../backupSet/writeSet';
import { BackupError, toBackupError, type ErrorCode } from '../errors';
import type { ConsumerSnapshot, StreamInfo } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import { toStreamState } from '../nats/replies';
import type { RunEvent } from '../progress';
import type { BackupResult } from '../results';
import { formatBytes } from '../util/formatBytes';
import { inParallel } from '../util/inParallel';
import type { BackupRequest } from './backup';
import type { StreamBackup } from './backupManifest';
import { emptyResult, failedStream } from './backupStreams';
import { checkCompleteness, consumersBehind } from './completeness';
import { RunMeter } from './runMeter';
import type { BackupTaskResult } from './transferTasks';
import type { WorkerPool } from './workerPool';

/** Between two chunks; a slow disk under the server may need more than 5 s. */
const defaultIdleTimeoutMs = 30_000;
const defaultChunkSize = 128 * 1024;

/** What a snapshot may end with when its stream is deleted. */
const mayBeDeleted = new Set<ErrorCode>([
  'stalled',
  'archiveTruncated',
  'archiveDamaged',
  'archiveMismatch',
  'serverError',
]);

type Readable = StreamBackup & { info: StreamInfo };

/** The data part of a run: several streams at once, big ones first, each checked against the live server at its end. */
export class BackupLanes {
  private meter = new RunMeter('backup', []);

  constructor(
    private readonly set: BackupSetWriter,
    private readonly api: JetStreamApi,
    private readonly request: BackupRequest,
    private readonly pool: WorkerPool,
    private readonly emit: (event: RunEvent<BackupResult>) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Every stream given is in what is returned, in the same order; one that failed before is passed on. */
  async run(backups: StreamBackup[]): Promise<StreamBackup[]> {
    const done = new Map(backups.map((backup) => [backup.result.name, backup]));
    const readable = backups.filter((backup): backup is Readable => backup.info !== undefined && !backup.result.error);
    this.meter = new RunMeter(
      'backup',
      readable.map(({ info }) => [info.config.name, info.state.bytes]),
    );
    const bigFirst = readable.toSorted((a, b) => b.info.state.bytes - a.info.state.bytes);
    await inParallel(bigFirst, this.request.parallel, async (backup) => {
      const name = backup.info.config.name;
      done.set(name, await this.backUp(backup));
      this.emit({ kind: 'progress', progress: this.meter.end(name) });
    });
    return backups.map((backup) => done.get(backup.result.name) ?? backup);
  }

  private async backUp(backup: Readable): Promise<StreamBackup> {
    const name = backup.info.config.name;
    try {
      if (backup.info.config.storage === 'memory' && !this.api.rules.memorySnapshots) return this.memoryOnly(backup);
      const transferred = await this.transfer(backup.info);
      return await this.accept(backup, transferred);
    } catch (thrown) {
      const error = await this.explain(backup, toBackupError(thrown));
      await this.set.discardStream(name);
      if (error.code !== 'cancelled') this.emit({ kind: 'message', level: 'error', text: error.message });
      return { ...backup, result: failedStream(name, error) };
    }
  }

  /** The snapshot of a stream that is deleted meanwhile just stops, or is cut short: then its absence is the cause. */
  private async explain({ info }: Readable, error: BackupError): Promise<BackupError> {
    if (!mayBeDeleted.has(error.code)) return error;
    const name = info.config.name;
    const after = await this.api.findStream(name).catch(() => info);
    if (after?.created === info.created) return error;
    const text = `Stream ${name} was deleted while it was backed up, so its snapshot is not whole and is not kept.`;
    return new BackupError('streamNotFound', text, { cause: error });
  }

  private async transfer(info: StreamInfo): Promise<BackupTaskResult> {
    const { settings, consumers, checkMessages, chunkSize, windowSize, idleTimeoutMs } = this.request;
    const stream = info.config.name;
    if (this.signal.aborted) throw new BackupError('cancelled', `The backup of stream ${stream} was cancelled.`);
    const folder = await this.set.makeStreamFolder(stream);
    return await this.pool.run(
      {
        kind: 'backup',
        settings,
        stream,
        folder,
        expectedBytes: info.state.bytes,
        noConsumers: !consumers,
        checkMessages,
        chunkSize: chunkSize ?? defaultChunkSize,
        idleTimeoutMs: idleTimeoutMs ?? defaultIdleTimeoutMs,
        ...(windowSize === undefined ? {} : { windowSize }),
      },
      (progress) => this.emit({ kind: 'progress', progress: this.meter.report(progress) }),
      this.signal,
    );
  }

  /** The archive is sound; now it must be what the server announced, with every consumer or their names. */
  private async accept(backup: Readable, transferred: BackupTaskResult): Promise<StreamBackup> {
    const { summary, chunks, seconds, state, files } = transferred;
    const name = backup.info.config.name;
    const after = await this.api.findStream(name);
    checkCompleteness(name, summary, toStreamState(state), after?.state);
    for (const file of files) this.set.addDataFile(name, file);
    const missingConsumers = after === undefined ? [] : await this.missingConsumers(backup, transferred);
    this.tell(name, transferred, missingConsumers, seconds);
    for (const text of consumersBehind(name, summary, backup.consumers ?? [])) {
      this.emit({ kind: 'message', level: 'warning', text });
    }
    const result = {
      ...emptyResult(name),
      outcome: 'backedUp' as const,
      format: summary.format,
      messages: summary.messages,
      bytes: summary.bytes,
      archiveBytes: summary.archiveBytes,
      uncompressedBytes: summary.uncompressedBytes,
      chunks,
      verified: true,
      missingConsumers: missingConsumers.map((consumer) => consumer.name),
    };
    return { ...backup, result, summary, missingConsumers };
  }

  /** Consumers that were there before and after the snapshot and are not in it (nats-server#7829, memory storage). */
  private async missingConsumers(backup: Readable, { summary }: BackupTaskResult): Promise<ConsumerSnapshot[]> {
    const saved = new Set(summary.consumers.map((consumer) => consumer.name));
    const before = (backup.consumers ?? []).filter((consumer) => !saved.has(consumer.name));
    if (before.length === 0) return [];
    const still = new Map((await this.api.listConsumers(backup.info.config.name)).map((each) => [each.name, each]));
    return before.flatMap((consumer) => {
      const live = still.get(consumer.name);
      return live === undefined ? [] : [{ name: live.name, config: live.config, position: live.position }];
    });
  }

  private tell(
    name: string,
    { summary, chunks }: BackupTaskResult,
    missing: ConsumerSnapshot[],
    seconds: number,
  ): void {
    const text =
      `Received ${formatBytes(summary.archiveBytes)} of compressed data in ${chunks} chunks for stream "${name}" in ` +
      `${seconds.toFixed(1)} s, ${formatBytes(summary.uncompressedBytes)} uncompressed`;
    this.emit({ kind: 'message', level: 'info', text });
    if (missing.length === 0) return;
    const names = missing.map((consumer) => consumer.name).join(', ');
    const left = `Stream ${name}: the server left these consumers out of the snapshot: ${names}. Their configuration and position are in the manifest.`;
    this.emit({ kind: 'message', level: 'warning', text: left });
  }

  private memoryOnly(backup: Readable): StreamBackup {
    const name = backup.info.config.name;
    const text =
      `Stream ${name} is kept in memory, which nats-server ${this.api.rules.version} cannot snapshot: only its ` +
      `configuration is saved. Servers from 2.15 on can.`;
    this.emit({ kind: 'message', level: 'warning', text });
    return { ...backup, result: { ...emptyResult(name), error: { code: 'notSupported', message: text } } };
  }
}
