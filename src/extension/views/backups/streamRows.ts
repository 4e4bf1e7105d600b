import { basename } from 'node:path';
import { ThemeIcon, Uri, type TreeItem } from 'vscode';
import {
  filesOfStream,
  formatBytes,
  type BackupSource,
  type ManifestStream,
  type SourceStream,
  type StreamFile,
} from '../../../engine';
import type { BackupSets } from '../../services/backupSets';
import type { Condition } from '../../services/verifications';
import { describeFigures, joined } from './describe';
import { BackupRow, ErrorRow, icons, InfoRow, treeItem } from './row';

/** The streams of a backup, those among them that could not be backed up, and what is wrong with the whole. */
export async function streamRows(sets: BackupSets, path: string): Promise<BackupRow[]> {
  const { source, conditions } = await sets.open(path);
  const held = source.streams.map((stream) => new StreamRow(source, stream, conditions.get(stream.folder)));
  const others = (source.manifest?.streams ?? [])
    .filter(({ outcome }) => source.kind === 'set' && outcome !== 'backedUp')
    .map((entry) => new StreamWithoutDataRow(source, entry));
  const set = await sets.verifications.find(source.path);
  const problem = source.problem ?? (set?.state === 'damaged' ? set.reason : undefined);
  const rows: BackupRow[] = [...held, ...others];
  if (problem !== undefined) rows.unshift(new ErrorRow(path, problem));
  return rows.length > 0 ? rows : [new InfoRow(path, 'No streams')];
}

/** A stream with data. */
class StreamRow extends BackupRow {
  override readonly source: string;
  override readonly stream: string;
  override readonly path: string;

  constructor(
    private readonly backup: BackupSource,
    private readonly content: SourceStream,
    private readonly condition: Condition | undefined,
  ) {
    super();
    this.source = backup.path;
    this.stream = content.name;
    this.path = content.folder;
  }

  item(): TreeItem {
    const { name, folder, manifestEntry, missingConsumers, archiveBytes } = this.content;
    const state = this.condition?.state ?? 'notVerified';
    const words = { verified: 'verified', notVerified: 'not verified', damaged: 'damaged' };
    return treeItem(
      {
        id: `stream:${folder}`,
        label: name,
        description: joined(words[state], describeFigures(this.content)),
        icon: icons[state],
        contextValue: `stream ${state}`,
        open: 'collapsed',
        tooltip: [
          ['Stream', name],
          ['State', `${words[state]}. ${this.condition?.reason ?? ''}`],
          ['Messages', describeFigures(this.content)],
          ['Sequences', manifestEntry && `${manifestEntry.firstSeq} to ${manifestEntry.lastSeq}`],
          ['Consumers', manifestEntry && String(manifestEntry.consumers)],
          ['Not in the archive', missingConsumers.map((consumer) => consumer.name).join(', ')],
          ['Archive', formatBytes(archiveBytes)],
          ['Folder', folder],
        ],
      },
      this.path,
    );
  }

  override async children(): Promise<BackupRow[]> {
    return await fileRows(this.backup, this.content.name, this.content.folder);
  }
}

/** A stream that the backup was asked for, of which it has the configuration at most. */
class StreamWithoutDataRow extends BackupRow {
  /** Not `stream`: there is nothing to restore from. */
  override readonly path: string;

  constructor(
    private readonly backup: BackupSource,
    private readonly entry: ManifestStream,
  ) {
    super();
    this.path = backup.path;
  }

  item(): TreeItem {
    const { name, outcome, error } = this.entry;
    const words = { backedUp: '', configurationOnly: 'configuration only', failed: 'failed', cancelled: 'cancelled' };
    const failed = outcome !== 'configurationOnly';
    return treeItem(
      {
        id: `stream:${this.backup.path}:${name}`,
        label: name,
        description: joined(words[outcome], error?.message ?? ''),
        icon: failed ? icons.incomplete : icons.configuration,
        contextValue: 'streamWithoutData',
        open: 'collapsed',
        tooltip: [
          ['Stream', name],
          ['State', `${words[outcome]}; the backup holds no data of it`],
          ['Cause', error?.message],
        ],
      },
      this.path,
    );
  }

  override async children(): Promise<BackupRow[]> {
    return await fileRows(this.backup, this.entry.name, undefined);
  }
}

async function fileRows(backup: BackupSource, stream: string, folder: string | undefined): Promise<BackupRow[]> {
  const files = await filesOfStream(backup, stream, folder);
  if (files.length === 0) return [new InfoRow(`${backup.path}:${stream}`, 'No files')];
  return files.map((file) => new FileRow(file));
}

class FileRow extends BackupRow {
  override readonly path: string;

  constructor(private readonly file: StreamFile) {
    super();
    this.path = file.path;
  }

  item(): TreeItem {
    const { kind, bytes } = this.file;
    const json = kind !== 'archive' && kind !== 'other';
    const missing = bytes === undefined;
    const item = treeItem(
      {
        id: `file:${this.path}`,
        label: basename(this.path),
        description: missing ? 'missing' : formatBytes(bytes),
        icon: missing ? icons.damaged : new ThemeIcon(json ? 'json' : kind === 'archive' ? 'file-zip' : 'file'),
        contextValue: 'file',
        tooltip: [['File', this.path]],
      },
      this.path,
    );
    if (json && !missing) {
      item.command = { command: 'vscode.open', title: 'Open', arguments: [Uri.file(this.path), { preview: true }] };
    }
    return item;
  }
}
