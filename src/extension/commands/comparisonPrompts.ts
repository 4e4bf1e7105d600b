import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { window } from 'vscode';
import {
  BackupError,
  configurationFolderOf,
  type BackupComparison,
  type ComparedConfiguration,
  type ComparisonProblem,
  type LiveComparison,
} from '../../engine';
import type { CommandTarget } from '../ids';
import type { BackupSets } from '../services/backupSets';
import {
  setTimeOf,
  sideName,
  type BackupComparisonWish,
  type Comparisons,
  type LiveComparisonWish,
} from '../services/comparisons';
import { countOf } from '../ui/format';
import type { Notifier } from '../ui/notify';
import { chooseBackup } from './chooseBackup';
import type { ContextAccess, ContextPrompts } from './contextPrompts';

/** What a person is asked before a comparison, and told after it. */
export class ComparisonPrompts {
  constructor(
    private readonly comparisons: Comparisons,
    private readonly sets: BackupSets,
    private readonly contexts: ContextPrompts,
    private readonly access: ContextAccess,
    private readonly notifier: Notifier,
  ) {}

  async withLive(
    target: CommandTarget | undefined,
    targets: readonly CommandTarget[],
  ): Promise<LiveComparison | undefined> {
    const source = await this.sourceFor(target);
    if (source === undefined) return undefined;
    const known = target?.context ?? (await this.contextOf(source));
    const context = await this.contexts.contextToUse(
      known === undefined ? undefined : { context: known },
      `Compare ${basename(source)} with which context?`,
    );
    if (context === undefined) return undefined;
    const wish: LiveComparisonWish = { context, source, ...chosenIn(targets) };
    const comparison = await this.comparisons.withLive(wish);
    const compared = comparison.pairs.map((pair) => pair.compared);
    this.tell(compared, comparison.problems, sideName(source), `live in ${context}`);
    return comparison;
  }

  async ofBackups(targets: readonly CommandTarget[]): Promise<BackupComparison | undefined> {
    if (targets.length > 2) {
      throw new BackupError('invalidOption', `${targets.length} backups are selected. Select two to compare.`);
    }
    const sides = targets.flatMap((target) => sideOf(target) ?? []);
    while (sides.length < 2) {
      const question = sides.length === 0 ? 'Compare which backup?' : `Compare ${nameOf(sides)} with which backup?`;
      const source = await chooseBackup(this.sets, question, 'configuration');
      if (source === undefined) return undefined;
      sides.push({ source });
    }
    const [left, right] = sides.sort((a, b) => (setTimeOf(a.source) ?? 0) - (setTimeOf(b.source) ?? 0));
    if (left === undefined || right === undefined) return undefined;
    const comparison = await this.comparisons.ofBackups({ left, right });
    const compared = comparison.pairs.map((pair) => pair.compared);
    this.tell(compared, comparison.problems, sideName(left.source), sideName(right.source));
    return comparison;
  }

  /** What the row or the open file says; for a context the files that are kept of it, else the backup a person picks. */
  private async sourceFor(target: CommandTarget | undefined): Promise<string | undefined> {
    const said = target?.source ?? (target?.context === undefined ? target?.path : undefined) ?? openFile(target);
    if (said !== undefined) return said;
    const { context } = target ?? {};
    const kept = context === undefined ? undefined : await this.folderOf(context);
    return (
      kept ?? (await chooseBackup(this.sets, `Compare which backup with ${context ?? 'a server'}?`, 'configuration'))
    );
  }

  private async folderOf(context: string): Promise<string | undefined> {
    for (const { path } of this.sets.folders()) {
      const folder = configurationFolderOf(path, context);
      if (await exists(folder)) return folder;
    }
    return undefined;
  }

  /** The context whose folder of backups a path is in. */
  private async contextOf(source: string): Promise<string | undefined> {
    const names = await this.access.names();
    const folders = this.sets.folders().map(({ path }) => path);
    return names.find((name) =>
      folders.some((folder) => isInside(source, dirname(configurationFolderOf(folder, name)))),
    );
  }

  private tell(
    compared: ComparedConfiguration<string>[],
    problems: ComparisonProblem[],
    left: string,
    right: string,
  ): void {
    const [first] = problems;
    if (first !== undefined) {
      const more = problems.length > 1 ? ` And ${countOf(problems.length - 1, 'more problem')}.` : '';
      this.notifier.warn(`Not all could be compared. ${first.message}${more}`, this.notifier.showLog());
    }
    if (compared.length === 0) this.notifier.info(`Nothing to compare: neither ${left} nor ${right} has any of it.`);
    else if (compared.every(({ state }) => state === 'same')) {
      this.notifier.info(`No difference: ${left} ↔ ${right}, ${countsOf(compared)}.`);
    }
  }
}

/** Streams and consumers of rows, or nothing for rows that stand for all. */
function chosenIn(targets: readonly CommandTarget[]): Pick<LiveComparisonWish, 'streams' | 'consumer'> {
  const streams = new Set(targets.flatMap(({ stream }) => (stream === undefined ? [] : [stream])));
  if (streams.size === 0 || targets.some(({ stream }) => stream === undefined)) return {};
  const [only] = targets;
  const consumer = targets.length === 1 ? only?.consumer : undefined;
  return { streams: [...streams], ...(consumer === undefined ? {} : { consumer }) };
}

function sideOf({ source, path, stream }: CommandTarget): BackupComparisonWish['left'] | undefined {
  const of = source ?? path;
  if (of === undefined) return undefined;
  return { source: of, ...(stream === undefined ? {} : { streams: [stream] }) };
}

function nameOf([side]: readonly { source: string }[]): string {
  return side === undefined ? '' : sideName(side.source);
}

/** From the palette the open configuration file is meant. */
function openFile(target: CommandTarget | undefined): string | undefined {
  const uri = window.activeTextEditor?.document.uri;
  if (target !== undefined || uri?.scheme !== 'file') return undefined;
  return /^stream_.*\.json$/.test(basename(uri.fsPath)) ? uri.fsPath : undefined;
}

/** `2 streams and 1 consumer` */
function countsOf(compared: ComparedConfiguration<string>[]): string {
  const streams = compared.filter(({ kind }) => kind === 'stream').length;
  const consumers = compared.length - streams;
  if (consumers === 0) return countOf(streams, 'stream');
  if (streams === 0) return countOf(consumers, 'consumer');
  return `${countOf(streams, 'stream')} and ${countOf(consumers, 'consumer')}`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
