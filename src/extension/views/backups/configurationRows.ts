import { join } from 'node:path';
import type { MarkdownString, TreeItem } from 'vscode';
import { configurationFilesIn, type BackupError, type StreamFile } from '../../../engine';
import type { ListedBackup } from '../../services/backupSets';
import { setTimeOf } from '../../services/comparisons';
import { nameOfConfigurationFolder } from '../../ui/describe';
import { countOf, describeTime, phrase } from '../../ui/format';
import { linesOf } from '../linesOf';
import { ErrorRow, InfoRow } from '../noteRows';
import { Row } from '../row';
import { icons, treeItem } from './look';
import { FileRow } from './streamRows';

type ConfigurationFolder = Extract<ListedBackup, { kind: 'configurationFolder' }>;
type UndoFolder = Extract<ListedBackup, { kind: 'undoFolder' }>;

/** A folder of configuration files that is in no set, its files, and below them what was before changes. */
export class ConfigurationFolderRow extends Row {
  override readonly source: string;
  override readonly path: string;

  /** @param opened whether it is what the user opened, and can be taken off the list */
  constructor(
    parent: Row | undefined,
    private readonly folder: ConfigurationFolder,
    private readonly undo: UndoFolder | undefined,
    private readonly opened: boolean,
  ) {
    super(parent);
    this.source = this.path = folder.path;
  }

  override item(): TreeItem {
    const { path } = this;
    const look = {
      id: `configuration:${path}`,
      label: nameOfConfigurationFolder(path),
      description: this.holds,
      icon: icons.configurationFiles,
      contextValue: this.opened ? 'configuration opened' : 'configuration',
      open: 'collapsed' as const,
    };
    return treeItem(look, path);
  }

  override tooltip(): MarkdownString {
    return linesOf(nameOfConfigurationFolder(this.path), [
      ['Holds', this.holds],
      ['Last written to', describeTime(this.folder.time)],
      ['Saved before changes', this.undo && countOf(this.undo.saved.length, 'time')],
      ['Folder', this.path],
    ]);
  }

  protected override async load(): Promise<Row[]> {
    const files = await fileRows(this, this.path);
    return this.undo === undefined ? files : [...files, new UndoRow(this, this.undo)];
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }

  /** `configuration of 4 streams, 6 consumers` */
  private get holds(): string {
    const { streams, consumers } = this.folder;
    const text = `configuration of ${countOf(streams, 'stream')}`;
    return consumers === 0 ? text : `${text}, ${countOf(consumers, 'consumer')}`;
  }
}

/** What configurations were before changes that were applied; below it each time. */
export class UndoRow extends Row {
  override readonly path: string;

  constructor(
    parent: Row | undefined,
    private readonly folder: UndoFolder,
  ) {
    super(parent);
    this.path = folder.path;
  }

  override item(): TreeItem {
    const { path } = this;
    const context = this.parent instanceof ConfigurationFolderRow ? '' : nameOfConfigurationFolder(path);
    const look = {
      id: `undo:${path}`,
      label: 'Before changes',
      description: phrase(context, `saved ${countOf(this.folder.saved.length, 'time')}`),
      icon: icons.saved,
      contextValue: 'undo',
      open: 'collapsed' as const,
    };
    return treeItem(look, path);
  }

  override tooltip(): MarkdownString {
    return linesOf('Before changes', [
      ['Holds', 'the configuration of what was changed, as it was before'],
      ['Folder', this.path],
    ]);
  }

  protected override load(): Promise<Row[]> {
    return Promise.resolve(this.folder.saved.map((name) => new SavedRow(this, join(this.path, name))));
  }
}

/** What was before one change. Restoring it undoes the change. */
class SavedRow extends Row {
  override readonly source: string;
  override readonly path: string;

  constructor(parent: UndoRow, folder: string) {
    super(parent);
    this.source = this.path = folder;
  }

  override item(): TreeItem {
    const look = {
      id: `saved:${this.path}`,
      label: this.label,
      icon: icons.configurationFiles,
      contextValue: 'configuration saved',
      open: 'collapsed' as const,
    };
    return treeItem(look, this.path);
  }

  override tooltip(): MarkdownString {
    return linesOf(this.label, [
      ['To undo the change', 'Restore Configuration, with updates'],
      ['Folder', this.path],
    ]);
  }

  protected override load(): Promise<Row[]> {
    return fileRows(this, this.path);
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }

  private get label(): string {
    return `Before the change of ${describeTime(setTimeOf(this.path) ?? NaN)}`;
  }
}

async function fileRows(parent: Row, folder: string): Promise<Row[]> {
  const files = await configurationFilesIn(folder);
  if (files.length === 0) return [new InfoRow(parent, 'No configuration files')];
  return files.map((file) => new ConfigurationFileRow(parent, file));
}

class ConfigurationFileRow extends FileRow {
  override readonly source: string;

  constructor(parent: Row, file: StreamFile) {
    super(parent, file);
    this.source = file.path;
  }

  override item(): TreeItem {
    const item = super.item();
    item.contextValue = item.contextValue?.replace(/^file/, 'configurationFile') ?? 'configurationFile';
    return item;
  }
}
