import { EventEmitter, window, type Disposable, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import { viewIds } from '../../ids';
import type { BackupSets } from '../../services/backupSets';
import { Disposables } from '../../services/disposables';
import { backupRows, FolderRow } from './backupRows';
import { ErrorRow, type BackupRow } from './row';

/** Ages go on, and the owner of a temporary folder may die without a sign. */
const readAgainMs = 60_000;

/** Backup sets and other backups, their streams, and the files of these. */
export class BackupsTree implements TreeDataProvider<BackupRow>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  readonly onDidChangeTreeData: Event<void> = this.emitter.event;
  private readonly listener: Disposable;

  constructor(private readonly sets: BackupSets) {
    this.listener = sets.onDidChange(() => this.emitter.fire());
  }

  getTreeItem(row: BackupRow): TreeItem {
    return row.item();
  }

  async getChildren(row?: BackupRow): Promise<BackupRow[]> {
    try {
      return await (row === undefined ? this.roots() : row.children());
    } catch (error) {
      return [new ErrorRow(row?.item().id ?? '', error)];
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.emitter.dispose();
  }

  /** A single folder of the workspace needs no row of its own, nor does what the user opened if it is one backup. */
  private async roots(): Promise<BackupRow[]> {
    const folders = this.sets.folders();
    const only = folders.length === 1 ? folders[0] : undefined;
    if (only !== undefined && !only.opened) return await backupRows(this.sets, only);
    const rows = await Promise.all(
      folders.map(async (folder) => {
        const listed = await this.sets.list(folder.path);
        const isBackup = listed.length === 1 && listed[0]?.path === folder.path;
        return isBackup ? await backupRows(this.sets, folder) : [new FolderRow(this.sets, folder)];
      }),
    );
    return rows.flat();
  }
}

/** The Backups view. */
export function createBackupsView(sets: BackupSets): Disposable {
  const owned = new Disposables();
  const tree = owned.add(new BackupsTree(sets));
  const view = owned.add(window.createTreeView(viewIds.backups, { treeDataProvider: tree, canSelectMany: true }));
  owned.add(view.onDidChangeVisibility(({ visible }) => visible && sets.refresh()));
  const timer = setInterval(() => view.visible && sets.refresh(), readAgainMs);
  owned.add({ dispose: () => clearInterval(timer) });
  return owned;
}
