import { basename, dirname } from 'node:path';
import type { MarkdownString, TreeItem } from 'vscode';
import type { BackupError } from '../../../engine';
import type { BackupFolder, BackupSets } from '../../services/backupSets';
import { linesOf } from '../linesOf';
import { ErrorRow, InfoRow } from '../noteRows';
import { Row } from '../row';
import { backupRows } from './backupRows';
import { icons, treeItem } from './look';

/** A folder of backups, where there is more than one of them. */
export class FolderRow extends Row {
  override readonly path: string;

  constructor(
    private readonly sets: BackupSets,
    private readonly folder: BackupFolder,
  ) {
    super(undefined);
    this.path = folder.path;
  }

  override item(): TreeItem {
    const { name, path, opened } = this.folder;
    const look = {
      id: `folder:${path}`,
      label: name,
      description: opened ? dirname(path) : basename(path),
      icon: icons.folder,
      contextValue: opened ? 'folder opened' : 'folder',
      open: 'expanded' as const,
    };
    return treeItem(look, path);
  }

  override tooltip(): MarkdownString {
    return linesOf(this.folder.name, [['Folder', this.path]]);
  }

  protected override async load(): Promise<Row[]> {
    const rows = await backupRows(this.sets, this.folder, this);
    return rows.length > 0 ? rows : [new InfoRow(this, 'No backups in this folder')];
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }
}
