import { basename, dirname } from 'node:path';
import type { TreeItem } from 'vscode';
import type { BackupFolder, BackupSets, ListedBackup } from '../../services/backupSets';
import { count, describeAge, describeFigures, describeSet, describeTime, isVerified, joined } from './describe';
import { BackupRow, icons, InfoRow, treeItem, type Look } from './row';
import { streamRows } from './streamRows';

/** A folder of backups, where there is more than one of them. */
export class FolderRow extends BackupRow {
  override readonly path: string;

  constructor(
    private readonly sets: BackupSets,
    private readonly folder: BackupFolder,
  ) {
    super();
    this.path = folder.path;
  }

  item(): TreeItem {
    const { name, path, opened } = this.folder;
    return treeItem(
      {
        id: `folder:${path}`,
        label: name,
        description: opened ? dirname(path) : basename(path),
        icon: icons.folder,
        contextValue: opened ? 'folder opened' : 'folder',
        tooltip: [['Folder', path]],
        open: 'expanded',
      },
      this.path,
    );
  }

  override async children(): Promise<BackupRow[]> {
    const rows = await backupRows(this.sets, this.folder);
    return rows.length > 0 ? rows : [new InfoRow(this.path, 'No backups in this folder')];
  }
}

/** The rows of what a folder holds. A folder that is itself a backup is one row, as if it were found there. */
export async function backupRows(sets: BackupSets, folder: BackupFolder): Promise<BackupRow[]> {
  const listed = await sets.list(folder.path);
  return listed.map((backup) => {
    if (backup.kind === 'partial') return new PartialRow(backup);
    return new BackupSetRow(sets, backup, folder.opened && backup.path === folder.path);
  });
}

/** A set of ours, a folder of the `nats` command line, or what is left of one. */
class BackupSetRow extends BackupRow {
  override readonly source: string;
  override readonly path: string;

  /** @param opened whether it is what the user opened, and can be taken off the list */
  constructor(
    private readonly sets: BackupSets,
    private readonly backup: Exclude<ListedBackup, { kind: 'partial' }>,
    private readonly opened: boolean,
  ) {
    super();
    this.source = this.path = backup.path;
  }

  item(): TreeItem {
    const { kind, path } = this.backup;
    const look = this.look();
    return treeItem(
      {
        ...look,
        id: `backup:${path}`,
        contextValue: `backup ${kind}${this.opened ? ' opened' : ''}`,
        open: 'collapsed',
        tooltip: [...look.tooltip, ['Problem', this.backup.trouble], ['Folder', path]],
      },
      this.path,
    );
  }

  override async children(): Promise<BackupRow[]> {
    return await streamRows(this.sets, this.backup.path);
  }

  private look(): Pick<Look, 'label' | 'description' | 'icon'> & { tooltip: NonNullable<Look['tooltip']> } {
    const { backup } = this;
    const label = basename(backup.path);
    const age = describeAge(backup.time, Date.now());
    const damaged = backup.trouble === undefined ? '' : 'damaged';
    switch (backup.kind) {
      case 'set':
        return this.lookOfSet(backup);
      case 'accountFolder': {
        const description = joined('nats CLI, account', damaged, count(backup.streamFolders, 'stream'), age);
        return { label, description, icon: this.icon(), tooltip: [['Written by', 'the nats command line (account)']] };
      }
      case 'streamFolder': {
        const stream = backup.stream?.name ?? '';
        const figures = backup.stream === undefined ? '' : describeFigures(backup.stream);
        const name = stream === label ? '' : stream;
        const description = joined('nats CLI, stream', name, damaged, figures, age);
        const tooltip: Look['tooltip'] = [
          ['Stream', stream],
          ['Written by', 'the nats command line (stream)'],
        ];
        return { label, description, icon: this.icon(), tooltip };
      }
      case 'damaged':
        return { label, description: joined('damaged', age), icon: icons.damaged, tooltip: [] };
    }
  }

  private lookOfSet(backup: Extract<ListedBackup, { kind: 'set' }>): ReturnType<BackupSetRow['look']> {
    const { summary, time, trouble } = backup;
    const { failed, cancelled } = summary.outcomes;
    const incomplete = failed + cancelled > 0;
    const verified = isVerified(summary);
    return {
      label: describeTime(time),
      description: describeSet(summary, time, Date.now(), trouble),
      icon:
        trouble === undefined && incomplete ? icons.incomplete : this.icon(verified, summary.outcomes.backedUp === 0),
      tooltip: [
        ['Context', summary.context],
        ['Server', `nats-server ${summary.serverVersion}`],
        ['Begun', describeTime(time)],
        ['Ended', describeTime(Date.parse(summary.finished))],
        ['Not backed up', incomplete ? count(failed + cancelled, 'stream') : undefined],
        ['Verified', verified ? 'to the last record, while it was backed up' : undefined],
      ],
    };
  }

  private icon(verified = false, configurationOnly = false): Look['icon'] {
    if (this.backup.trouble !== undefined) return icons.damaged;
    if (configurationOnly) return icons.configuration;
    return verified ? icons.verified : icons.notVerified;
  }
}

/** A set that is being written, or that nobody writes any more. */
class PartialRow extends BackupRow {
  override readonly path: string;

  constructor(private readonly backup: Extract<ListedBackup, { kind: 'partial' }>) {
    super();
    this.path = backup.path;
  }

  item(): TreeItem {
    const { path, abandoned } = this.backup;
    const explanation = abandoned
      ? 'The process that wrote it is gone. It holds no complete backup and can be removed.'
      : 'A backup is being written here.';
    return treeItem(
      {
        id: `partial:${path}`,
        label: describeTime(startOf(path)),
        description: joined(basename(dirname(path)), abandoned ? 'abandoned, can be removed' : 'being written'),
        icon: abandoned ? icons.abandoned : icons.writing,
        contextValue: abandoned ? 'partial abandoned' : 'partial',
        tooltip: [
          ['State', explanation],
          ['Folder', path],
        ],
      },
      this.path,
    );
  }
}

/** The time in the name of a temporary folder: `2026-11-23T12-00-00Z.partial-…`. */
function startOf(path: string): number {
  const [day, hours, minutes, seconds] = basename(path).split(/T|-(?=\d\dZ|\d\d-\d\dZ)|Z/);
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
}
