import { basename, dirname } from 'node:path';
import { Uri, workspace, type CancellationToken } from 'vscode';
import {
  compareBackups,
  compareConfiguration,
  configurationFileName,
  type BackupComparison,
  type CompareBackupsRequest,
  type CompareConfigurationRequest,
  type LiveComparison,
  type LiveConfigurationOf,
  type SourceConfiguration,
} from '../../engine';
import { describeTime } from '../ui/format';
import type { BackupDocuments } from './backupDocuments';
import { openDiffs, type ConfigurationDiff } from './configurationDiffs';
import { backupUri, liveUri, type BackupConfiguration } from './configurationUris';
import type { LiveDocuments } from './liveDocuments';
import type { Runner } from './runner';
import type { ResolveSettings } from './transfers';

export type LiveComparisonWish = Omit<CompareConfigurationRequest, 'settings' | 'workerFile'> & { context: string };
export type BackupComparisonWish = Omit<CompareBackupsRequest, 'workerFile'>;

/** Compares configuration, shown while it runs, and opens what differs as diffs. */
export class Comparisons {
  constructor(
    private readonly runner: Runner,
    private readonly resolve: ResolveSettings,
    private readonly live: LiveDocuments,
    private readonly backups: BackupDocuments,
    private readonly workerFile: string,
  ) {}

  /** @throws BackupError when nothing can be compared */
  async withLive(wish: LiveComparisonWish, token?: CancellationToken): Promise<LiveComparison> {
    const { context, ...rest } = wish;
    const request = { ...rest, settings: await this.resolve(context), workerFile: this.workerFile };
    const title = `Comparing configuration with ${context}`;
    const comparison = await this.runner.run(title, (signal) => compareConfiguration(request, signal), token);
    await this.openLive(context, comparison);
    return comparison;
  }

  /** @throws BackupError when nothing can be compared */
  async ofBackups(wish: BackupComparisonWish, token?: CancellationToken): Promise<BackupComparison> {
    const request = { ...wish, workerFile: this.workerFile };
    const comparison = await this.runner.run(
      'Comparing configuration',
      (signal) => compareBackups(request, signal),
      token,
    );
    await this.openBackups(comparison);
    return comparison;
  }

  private async openLive(context: string, { source, pairs, server }: LiveComparison): Promise<void> {
    const differing = pairs.filter(({ compared }) => compared.state !== 'same');
    const side = sideName(source.path);
    const diffs = differing.map(({ compared, left, right }): ConfigurationDiff => {
      const { stream, consumer } = compared;
      const name = fileNameOf(left ?? compared);
      const leftUri = left && this.documentOf(left, source.path, side);
      const of = { context, stream, ...(consumer === undefined ? {} : { consumer }) };
      const rightUri = liveUri(leftUri === undefined ? of : { ...of, form: leftUri }, undefined, name);
      this.live.expect(rightUri, { ...server, ...(right === undefined ? {} : { config: right.config }) });
      const gone = right === undefined ? { rightIsEmpty: true } : {};
      return { name, right: rightUri, ...gone, ...(leftUri === undefined ? {} : { left: leftUri }) };
    });
    const left = titleOf(source.path, diffs.length === 1 && differing[0]?.left?.form === 'plain');
    await openDiffs(diffs, { ...(left === undefined ? {} : { left }), right: `live in ${context}` });
  }

  /** The older backup's form is that of both, so that only real differences show. */
  private async openBackups({ left, right, pairs }: BackupComparison): Promise<void> {
    const inSameMinute = sideName(left.path) === sideName(right.path);
    const sides = { left: sideName(left.path, inSameMinute), right: sideName(right.path, inSameMinute) };
    const differing = pairs.filter(({ compared }) => compared.state !== 'same');
    const diffs = differing.map((pair): ConfigurationDiff => {
      const leftUri = pair.left && this.documentOf(pair.left, left.path, sides.left);
      const rightUri = pair.right && this.documentOf(pair.right, right.path, sides.right, leftUri);
      return {
        name: fileNameOf(pair.left ?? pair.right ?? pair.compared),
        ...(leftUri === undefined ? {} : { left: leftUri }),
        ...(rightUri === undefined ? {} : { right: rightUri }),
      };
    });
    await openDiffs(diffs, sides);
  }

  /** A file that is the configuration itself stands for itself, and can be edited in the diff. */
  private documentOf(configuration: SourceConfiguration, source: string, side: string, form?: Uri): Uri {
    if (configuration.form === 'plain' && form === undefined) return Uri.file(configuration.file);
    const { stream } = configuration;
    const consumer = configuration.kind === 'consumer' ? { consumer: configuration.consumer } : {};
    const of: BackupConfiguration = { source, stream, ...consumer, ...(form === undefined ? {} : { form }) };
    const uri = backupUri(of, side, fileNameOf(configuration));
    this.backups.keep(uri, configuration);
    return uri;
  }
}

/** `backup 2026-11-23 12:00` of a set and what is in it, else the path as a person of this workspace reads it. */
export function sideName(path: string, withSeconds = false): string {
  const time = setTimeOf(path);
  if (time === undefined) return workspace.asRelativePath(path);
  return `backup ${withSeconds ? describeTime(time) : describeTime(time).slice(0, 16)}`;
}

/** When the set that a path is, or is in, was begun, or a change made: milliseconds since 1970. The folder is named for it. */
export function setTimeOf(path: string): number | undefined {
  for (let each = path; dirname(each) !== each; each = dirname(each)) {
    const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d-\d\d-\d\d)Z(?:-\d+)?$/.exec(basename(each)) ?? [];
    if (day !== undefined && time !== undefined) return Date.parse(`${day}T${time.replaceAll('-', ':')}Z`);
  }
  return undefined;
}

/** The name of a single file says all. */
function titleOf(path: string, isFile: boolean): string | undefined {
  return isFile && setTimeOf(path) === undefined ? undefined : sideName(path);
}

function fileNameOf(named: SourceConfiguration | LiveConfigurationOf | { stream: string; consumer?: string }): string {
  if ('form' in named && named.form === 'plain') return basename(named.file);
  return configurationFileName(named.stream, 'consumer' in named ? named.consumer : undefined);
}
