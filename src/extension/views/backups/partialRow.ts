import { basename, dirname } from 'node:path';
import type { MarkdownString, TreeItem } from 'vscode';
import type { ListedBackup } from '../../services/backupSets';
import { describeMinute, describeTime, phrase } from '../../ui/format';
import { linesOf } from '../linesOf';
import { Row } from '../row';
import { icons, treeItem } from './look';

/** A set that is being written, or that nobody writes any more. */
export class PartialRow extends Row {
  override readonly path: string;

  constructor(
    parent: Row | undefined,
    private readonly backup: Extract<ListedBackup, { kind: 'partial' }>,
  ) {
    super(parent);
    this.path = backup.path;
  }

  override item(): TreeItem {
    const { path, abandoned } = this.backup;
    const look = {
      id: `partial:${path}`,
      label: describeMinute(startOf(path)),
      description: phrase(basename(dirname(path)), abandoned ? 'abandoned, can be removed' : 'being written'),
      icon: abandoned ? icons.abandoned : icons.writing,
      contextValue: abandoned ? 'partial abandoned' : 'partial',
    };
    return treeItem(look, path);
  }

  override tooltip(): MarkdownString {
    const state = this.backup.abandoned
      ? 'The process that wrote it is gone. It holds no complete backup and can be removed.'
      : 'A backup is being written here.';
    return linesOf(describeTime(startOf(this.path)), [
      ['State', state],
      ['Folder', this.path],
    ]);
  }
}

/** The time in the name of a temporary folder: `2026-11-23T12-00-00Z.partial-…`. */
function startOf(path: string): number {
  return Date.parse(
    basename(path)
      .slice(0, '2026-11-23T12-00-00Z'.length)
      .replace(/(\d\d)-(\d\d)-(\d\d)Z$/, '$1:$2:$3Z'),
  );
}
