import { basename, dirname } from 'node:path';
import type { MarkdownString, TreeItem } from 'vscode';
import type { BackupError } from '../../../engine';
import type { BackupFolder, BackupSets, ListedBackup } from '../../services/backupSets';
import { countOf, describeAge, describeMinute, describeTime, phrase } from '../../ui/format';
import { linesOf, type Line } from '../linesOf';
import { ErrorRow } from '../noteRows';
import { Row } from '../row';
import { ConfigurationFolderRow, UndoRow } from './configurationRows';
import { describeFigures, describeFiguresOfSet, describeSet, describeStreams } from './describe';
import { icons, stateNames, treeItem, type Look } from './look';
import { PartialRow } from './partialRow';
import { streamRows } from './streamRows';

/** The rows of what a folder holds. A folder that is itself a backup is one row, as if it were found there. */
export async function backupRows(sets: BackupSets, folder: BackupFolder, parent?: Row): Promise<Row[]> {
  const listed = await sets.list(folder.path);
  const undos = new Map(listed.flatMap((each) => (each.kind === 'undoFolder' ? [[dirname(each.path), each]] : [])));
  const nested = new Set<ListedBackup>();
  const rows = listed.map((backup) => {
    if (backup.kind === 'partial') return new PartialRow(parent, backup);
    if (backup.kind === 'undoFolder') return nested.has(backup) ? [] : new UndoRow(parent, backup);
    const opened = folder.opened && backup.path === folder.path;
    if (backup.kind === 'configurationFolder') {
      const undo = undos.get(dirname(backup.path));
      if (undo !== undefined) nested.add(undo);
      return new ConfigurationFolderRow(parent, backup, undo, opened);
    }
    return backup.kind === 'set'
      ? new SetRow(parent, sets, backup, opened)
      : new OtherRow(parent, sets, backup, opened);
  });
  return rows.flat();
}

type WholeBackup = Exclude<ListedBackup, { kind: 'partial' | 'configurationFolder' | 'undoFolder' }>;

/** A backup with streams below. */
abstract class BackupRow<Backup extends WholeBackup> extends Row {
  override readonly source: string;
  override readonly path: string;

  /** @param opened whether it is what the user opened, and can be taken off the list */
  constructor(
    parent: Row | undefined,
    private readonly sets: BackupSets,
    protected readonly backup: Backup,
    private readonly opened: boolean,
  ) {
    super(parent);
    this.source = this.path = backup.path;
  }

  protected abstract look(): Pick<Look, 'label' | 'description' | 'icon'>;
  protected abstract lines(): readonly Line[];

  override item(): TreeItem {
    const { kind, path } = this.backup;
    const contextValue = `backup ${kind}${this.opened ? ' opened' : ''}`;
    return treeItem({ ...this.look(), id: `backup:${path}`, contextValue, open: 'collapsed' }, path);
  }

  override tooltip(): MarkdownString {
    const { condition, path } = this.backup;
    const damaged = condition.state === 'damaged';
    const lines: Line[] = [...this.lines(), ['State', damaged ? '' : condition.reason], ['Folder', path]];
    return linesOf(this.look().label, lines, damaged ? { text: condition.reason } : undefined);
  }

  protected override load(): Promise<Row[]> {
    return streamRows(this.sets, this.backup, this);
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }

  protected get age(): string {
    return describeAge(this.backup.time, Date.now());
  }
}

class SetRow extends BackupRow<Extract<ListedBackup, { kind: 'set' }>> {
  protected look(): Pick<Look, 'label' | 'description' | 'icon'> {
    const { summary, time, condition } = this.backup;
    const { failed, cancelled, backedUp } = summary.outcomes;
    const configurationOnly = backedUp === 0 && condition.state !== 'damaged';
    const incomplete = failed + cancelled > 0 && condition.state !== 'damaged';
    const state = configurationOnly ? '' : stateNames[condition.state];
    return {
      label: describeMinute(time),
      // What is missing comes first, where no narrow view cuts it.
      description: incomplete
        ? phrase(describeStreams(summary), summary.context, state, describeFiguresOfSet(summary), this.age)
        : phrase(summary.context, state, describeSet(summary), this.age),
      icon: incomplete ? icons.incomplete : configurationOnly ? icons.configuration : icons[condition.state],
    };
  }

  protected lines(): readonly Line[] {
    const { context, serverVersion, started, finished, outcomes } = this.backup.summary;
    const lost = outcomes.failed + outcomes.cancelled;
    return [
      ['Context', context],
      ['Server', `nats-server ${serverVersion}`],
      ['Begun', describeTime(Date.parse(started))],
      ['Ended', describeTime(Date.parse(finished))],
      ['Holds', describeSet(this.backup.summary)],
      ['Not backed up', lost > 0 ? countOf(lost, 'stream') : ''],
    ];
  }
}

type OtherKind = Exclude<WholeBackup['kind'], 'set'>;

const writtenAs: Readonly<Record<OtherKind, string>> = {
  accountFolder: 'an account',
  flatFolder: 'an account, or exported from a backup',
  streamFolder: 'a stream',
  damaged: '',
};

const origins: Readonly<Record<OtherKind, string>> = {
  accountFolder: 'nats CLI, account',
  flatFolder: 'nats CLI, old form',
  streamFolder: 'nats CLI, stream',
  damaged: '',
};

/** A folder of the `nats` command line, or what cannot be read. */
class OtherRow extends BackupRow<Exclude<WholeBackup, { kind: 'set' }>> {
  protected look(): Pick<Look, 'label' | 'description' | 'icon'> {
    const { path, condition } = this.backup;
    const description = phrase(this.origin(), stateNames[condition.state], this.figures(), this.age);
    return { label: basename(path), description, icon: icons[condition.state] };
  }

  protected lines(): readonly Line[] {
    const written = writtenAs[this.backup.kind];
    return [
      ['Written by', written === '' ? '' : `the nats command line, as the backup of ${written}`],
      ['Holds', this.figures()],
      ['Last written to', describeTime(this.backup.time)],
    ];
  }

  private origin(): string {
    return origins[this.backup.kind];
  }

  private figures(): string {
    const { backup } = this;
    if (backup.kind === 'accountFolder') return countOf(backup.streamFolders, 'stream');
    if (backup.kind === 'flatFolder') {
      // `nats backup --data` left the data of the last stream only.
      const { archives, configurations } = backup;
      const more = configurations > archives ? `configuration of ${configurations.toLocaleString('en')}` : '';
      return more === '' ? countOf(archives, 'stream') : `data of ${countOf(archives, 'stream')}, ${more}`;
    }
    if (backup.kind !== 'streamFolder' || backup.stream === undefined) return '';
    const { name } = backup.stream;
    return phrase(name === basename(backup.path) ? '' : name, describeFigures(backup.stream));
  }
}
