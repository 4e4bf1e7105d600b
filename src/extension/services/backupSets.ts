import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { EventEmitter, workspace, type Disposable, type Event } from 'vscode';
import { findBackups, inspectSource, type BackupSource, type FoundBackup, type SourceStream } from '../../engine';
import { Disposables } from './disposables';
import { FolderWatch } from './folderWatch';
import type { OpenedFolders } from './openedFolders';
import type { RefreshRequests } from './refreshRequests';
import type { Settings } from './settings';
import { Verifications, type Condition } from './verifications';

/** A folder in which backups are looked for. */
export interface BackupFolder {
  path: string;
  /** The workspace folder's name; of one that the user opened its own. */
  name: string;
  /** The user opened it, and may take it off the list. */
  opened: boolean;
}

/** A backup in a folder, with what a row of the view says of it. */
export type ListedBackup = FoundBackup & {
  /** When it was begun, or last written to: milliseconds since 1970. */
  time: number;
  /** What is wrong with it, as far as it was looked at. */
  trouble?: string;
  /** Of a `streamFolder`: what its files say. */
  stream?: SourceStream;
};

/** A backup that was looked into. */
export interface OpenedBackup {
  source: BackupSource;
  /** By the stream's folder. */
  conditions: ReadonlyMap<string, Condition>;
}

/** The backups in the workspace and in folders that the user opened. Watches the disk; nothing here blocks. */
export class BackupSets implements Disposable {
  private readonly emitter = new EventEmitter<void>();
  /** The folders, or something in them, may be different now. */
  readonly onDidChange: Event<void> = this.emitter.event;
  readonly verifications = new Verifications();
  private readonly owned = new Disposables();
  private readonly watch = this.owned.add(new FolderWatch());
  private readonly troubles = new Map<string, string>();
  private lists = new Map<string, Promise<ListedBackup[]>>();

  constructor(
    private readonly settings: Settings,
    private readonly opened: OpenedFolders,
    requests: RefreshRequests,
  ) {
    const refresh = () => this.refresh();
    this.owned.add(
      this.watch.onDidChange(() => {
        this.troubles.clear();
        this.refresh();
      }),
    );
    this.owned.add(opened.onDidChange(refresh));
    this.owned.add(requests.onDidRequest(({ context }) => context ?? this.refresh()));
    this.owned.add(workspace.onDidChangeWorkspaceFolders(refresh));
    this.owned.add(
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('jetstream.backupFolder') && refresh()),
    );
  }

  /** Those of the workspace first. No folder is there twice. */
  folders(): BackupFolder[] {
    const folders = new Map<string, BackupFolder>();
    for (const { uri, name } of workspace.workspaceFolders ?? []) {
      if (uri.scheme !== 'file') continue;
      const path = resolve(uri.fsPath, this.settings.backupFolder(uri));
      if (!folders.has(path)) folders.set(path, { path, name, opened: false });
    }
    for (const path of this.opened.paths) {
      if (!folders.has(path)) folders.set(path, { path, name: basename(path), opened: true });
    }
    return [...folders.values()];
  }

  /** The backups in one of {@link folders}: what is being written first, then the newest first. */
  async list(folder: string): Promise<ListedBackup[]> {
    this.watch.watch(this.folders().map(({ path }) => path));
    const known = this.lists.get(folder);
    if (known !== undefined) return await known;
    const search = this.search(folder);
    this.lists.set(folder, search);
    return await search;
  }

  /**
   * Looks into a backup.
   *
   * @throws BackupError `notABackup`, `fileAccess`
   */
  async open(path: string): Promise<OpenedBackup> {
    const opened = await this.look(path);
    this.learn(opened.source.path, opened.source.problem?.message ?? firstTrouble(opened.conditions));
    return opened;
  }

  /** Shows a folder in the view from now on; part of a set stands for the set. */
  async openFolder(path: string): Promise<void> {
    const whole = await inspectSource(path).then(
      (source) => source.path,
      () => resolve(path),
    );
    await this.opened.add(whole);
  }

  async closeFolder(path: string): Promise<void> {
    await this.opened.remove(path);
  }

  /** Reads the disk again. */
  refresh(): void {
    this.lists = new Map();
    this.watch.forgetVisits();
    this.emitter.fire();
  }

  dispose(): void {
    this.owned.dispose();
    this.emitter.dispose();
  }

  private async look(path: string): Promise<OpenedBackup> {
    const source = await inspectSource(path);
    const conditions = new Map<string, Condition>();
    for (const { folder } of source.streams) this.watch.visit(folder);
    for (const stream of source.streams) conditions.set(stream.folder, await this.conditionOf(stream));
    return { source, conditions };
  }

  private async search(folder: string): Promise<ListedBackup[]> {
    const listed: ListedBackup[] = [];
    const visit = (path: string) => this.watch.visit(path);
    for await (const found of findBackups(folder, { visit })) listed.push(await this.listedOf(found));
    return listed.sort((a, b) => Number(b.kind === 'partial') - Number(a.kind === 'partial') || b.time - a.time);
  }

  private async listedOf(found: FoundBackup): Promise<ListedBackup> {
    const trouble = found.kind === 'damaged' ? found.problem.message : await this.troubleOf(found.path);
    const time = found.kind === 'set' ? Date.parse(found.summary.started) : await lastWritten(found.path);
    const listed = { ...found, time, ...(trouble === undefined ? {} : { trouble }) };
    if (found.kind !== 'streamFolder') return listed;
    const { source, conditions } = await this.look(found.path);
    const inside = firstTrouble(conditions);
    const stream = source.streams[0];
    return {
      ...listed,
      ...(inside === undefined ? {} : { trouble: inside }),
      ...(stream === undefined ? {} : { stream }),
    };
  }

  private async conditionOf(stream: SourceStream): Promise<Condition> {
    if (stream.problem !== undefined) return { state: 'damaged', reason: stream.problem.message };
    const found = await this.verifications.find(stream.archivePath ?? stream.folder);
    if (found !== undefined) return found;
    if (stream.manifestEntry?.verified === true) {
      return { state: 'verified', reason: 'It was verified to its last record while it was backed up.' };
    }
    return { state: 'notVerified', reason: 'Nobody has verified it in this window.' };
  }

  private async troubleOf(path: string): Promise<string | undefined> {
    return (await this.verifications.find(path))?.reason ?? this.troubles.get(path);
  }

  /** What shows only when a set is looked into is then said of the set too. */
  private learn(path: string, trouble: string | undefined): void {
    if (this.troubles.get(path) === trouble) return;
    if (trouble === undefined) this.troubles.delete(path);
    else this.troubles.set(path, trouble);
    this.refresh();
  }
}

function firstTrouble(conditions: ReadonlyMap<string, Condition>): string | undefined {
  return [...conditions.values()].find(({ state }) => state === 'damaged')?.reason;
}

async function lastWritten(path: string): Promise<number> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
