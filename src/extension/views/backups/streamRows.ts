import { basename } from 'node:path';
import { Uri, type MarkdownString, type TreeItem } from 'vscode';
import {
  BackupError,
  filesOfStream,
  formatBytes,
  type BackupSource,
  type ManifestStream,
  type SourceStream,
  type StreamFile,
} from '../../../engine';
import type { ListedBackup } from '../../services/backupSets';
import { placeOf, type BackupSets } from '../../services/backupSets';
import type { Condition } from '../../services/verifications';
import { describeAge, phrase } from '../../ui/format';
import { linesOf } from '../linesOf';
import { ErrorRow, InfoRow } from '../noteRows';
import { Row } from '../row';
import { describeFigures } from './describe';
import { icons, stateNames, treeItem } from './look';

/** The streams of a backup, those among them that could not be backed up, and what is wrong with the whole. */
export async function streamRows(sets: BackupSets, backup: ListedBackup, parent: Row): Promise<Row[]> {
  const { source, conditions, whole } = await sets.open(backup.path);
  const age = describeAge(backup.time, Date.now());
  const held = source.streams.map(
    (stream) => new StreamRow(parent, source, stream, age, conditions.get(placeOf(stream))),
  );
  const others = (source.manifest?.streams ?? [])
    .filter(({ outcome }) => source.kind === 'set' && outcome !== 'backedUp')
    .map((entry) => new StreamWithoutDataRow(parent, source, entry));
  const configured = (source.configurationOnly ?? []).map(
    (name) => new StreamWithoutDataRow(parent, source, { name, outcome: 'configurationOnly' }),
  );
  const rows: Row[] = [...held, ...others, ...configured];
  if (whole !== undefined) rows.unshift(new ErrorRow(parent, new BackupError('archiveDamaged', whole)));
  return rows.length > 0 ? rows : [new InfoRow(parent, 'No streams')];
}

/** A stream with data. */
class StreamRow extends Row {
  override readonly source: string;
  override readonly stream: string;
  override readonly path: string;
  private readonly state: Condition['state'];

  constructor(
    parent: Row,
    private readonly backup: BackupSource,
    private readonly content: SourceStream,
    private readonly age: string,
    private readonly condition: Condition | undefined,
  ) {
    super(parent);
    this.source = backup.path;
    this.stream = content.name;
    this.path = content.folder;
    this.state = condition?.state ?? 'notVerified';
  }

  override item(): TreeItem {
    const { name, folder } = this.content;
    const look = {
      id: `stream:${placeOf(this.content)}`,
      label: name,
      description: phrase(stateNames[this.state], describeFigures(this.content), this.age),
      icon: icons[this.state],
      contextValue: `stream ${this.state}`,
      open: 'collapsed' as const,
    };
    return treeItem(look, folder);
  }

  override tooltip(): MarkdownString {
    const { name, folder, manifestEntry, missingConsumers, archiveBytes } = this.content;
    const reason = this.condition?.reason ?? '';
    const damaged = this.state === 'damaged';
    const lines = [
      ['State', damaged ? '' : reason],
      ['Holds', describeFigures(this.content)],
      ['Sequences', manifestEntry && `${manifestEntry.firstSeq} to ${manifestEntry.lastSeq}`],
      ['Consumers', manifestEntry && String(manifestEntry.consumers)],
      ['Kept in the manifest', missingConsumers.map((consumer) => consumer.name).join(', ')],
      ['Archive', formatBytes(archiveBytes)],
      ['Folder', folder],
    ] as const;
    return linesOf(name, lines, damaged ? { text: reason } : undefined);
  }

  protected override load(): Promise<Row[]> {
    return fileRows(this, this.backup, this.content.name, this.content.folder);
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }
}

/** A stream that the backup was asked for, of which it has the configuration at most: nothing to restore from. */
class StreamWithoutDataRow extends Row {
  override readonly source: string;
  override readonly path: string;
  override readonly stream: string;

  constructor(
    parent: Row,
    private readonly backup: BackupSource,
    private readonly entry: Pick<ManifestStream, 'name' | 'outcome' | 'error'>,
  ) {
    super(parent);
    this.source = this.path = backup.path;
    this.stream = entry.name;
  }

  override item(): TreeItem {
    const { name, outcome, error } = this.entry;
    const look = {
      id: `stream:${this.backup.path}:${name}`,
      label: name,
      description: phrase(outcomeNames[outcome], error?.message),
      icon: outcome === 'configurationOnly' ? icons.configuration : icons.incomplete,
      contextValue: `streamWithoutData ${outcome}`,
      open: 'collapsed' as const,
    };
    return treeItem(look, this.path);
  }

  override tooltip(): MarkdownString {
    const { name, outcome, error } = this.entry;
    return linesOf(name, [
      ['State', `${outcomeNames[outcome]}; the backup holds no data of it`],
      ['Cause', error?.message],
    ]);
  }

  protected override load(): Promise<Row[]> {
    return fileRows(this, this.backup, this.entry.name, undefined);
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error);
  }
}

const outcomeNames: Readonly<Record<ManifestStream['outcome'], string>> = {
  backedUp: 'backed up',
  configurationOnly: 'configuration only',
  failed: 'failed',
  cancelled: 'cancelled',
};

async function fileRows(parent: Row, backup: BackupSource, stream: string, folder: string | undefined): Promise<Row[]> {
  const files = await filesOfStream(backup, stream, folder);
  return files.length === 0 ? [new InfoRow(parent, 'No files')] : files.map((file) => new FileRow(parent, file));
}

export class FileRow extends Row {
  override readonly path: string;

  constructor(
    parent: Row,
    private readonly file: StreamFile,
  ) {
    super(parent);
    this.path = file.path;
  }

  override item(): TreeItem {
    const { kind, bytes, path } = this.file;
    const missing = bytes === undefined;
    const description = missing ? 'missing' : formatBytes(bytes);
    const json = kind !== 'archive' && kind !== 'other';
    const icon = missing ? icons.damaged : json ? icons.json : kind === 'archive' ? icons.archive : icons.file;
    const item = treeItem({ id: `file:${path}`, label: basename(path), description, icon, contextValue: 'file' }, path);
    if (json && !missing) {
      item.command = { command: 'vscode.open', title: 'Open', arguments: [Uri.file(path), { preview: true }] };
    }
    return item;
  }

  override tooltip(): MarkdownString {
    return linesOf(basename(this.path), [['File', this.path]]);
  }
}
