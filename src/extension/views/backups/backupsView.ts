import { window, type Disposable } from 'vscode';
import { viewIds } from '../../ids';
import type { BackupSets } from '../../services/backupSets';
import { Disposables } from '../../services/disposables';
import type { Row } from '../row';
import { RowTree } from '../rowTree';
import { backupRows } from './backupRows';
import { FolderRow } from './folderRow';

/** Ages go on, and the owner of a temporary folder may die without a sign. */
const readAgainMs = 60_000;

/** Backup sets and other backups, their streams, and the files of these. */
export function createBackupsTree(sets: BackupSets): RowTree {
  return new RowTree(() => rootRows(sets));
}

/** The Backups view. */
export function createBackupsView(sets: BackupSets): Disposable {
  const owned = new Disposables();
  const tree = owned.add(createBackupsTree(sets));
  const view = owned.add(window.createTreeView(viewIds.backups, { treeDataProvider: tree, canSelectMany: true }));
  owned.add(sets.onDidChange(() => tree.redraw()));
  owned.add(view.onDidChangeVisibility(({ visible }) => visible && sets.refresh()));
  const timer = setInterval(() => view.visible && sets.refresh(), readAgainMs);
  owned.add({ dispose: () => clearInterval(timer) });
  return owned;
}

/** A single folder of the workspace needs no row of its own, nor does what the user opened if it is one backup. */
async function rootRows(sets: BackupSets): Promise<Row[]> {
  const folders = sets.folders();
  const only = folders.length === 1 ? folders[0] : undefined;
  if (only !== undefined && !only.opened) return await backupRows(sets, only);
  const rows = await Promise.all(
    folders.map(async (folder) => {
      const listed = await sets.list(folder.path);
      const isBackup = listed.length === 1 && listed[0]?.path === folder.path;
      return isBackup ? await backupRows(sets, folder) : [new FolderRow(sets, folder)];
    }),
  );
  return rows.flat();
}
