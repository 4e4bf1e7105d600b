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
  /** As far as it was looked at. */
  condition: Condition;
  /** Of a `streamFolder`: what its files say. */
  stream?: SourceStream;
};

/** A backup that was looked into. */
export interface OpenedBackup {
  source: BackupSource;
  /** By the stream's archive, or its folder where it has none. */
  conditions: ReadonlyMap<string, Condition>;
  /** What is wrong with it beyond single streams, if anything. */
  whole?: string;
}

const verifiedAtBackup: Condition = {
  state: 'verified',
  reason: 'Verified to the last record while it was backed up.',
};

const notVerified: Condition = { state: 'notVerified', reason: 'Not verified since this window opened.' };

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

  /** The backups in one of {@link folders}: what is being written first, then configuration kept as files, then by age. */
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
    this.learn(opened.source.path, opened.whole ?? firstTrouble(opened.conditions));
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
    for (const stream of source.streams) conditions.set(placeOf(stream), await this.conditionOf(stream));
    const whole = source.problem?.message ?? (await this.verifications.outsideOf(source.path));
    return { source, conditions, ...(whole === undefined ? {} : { whole }) };
  }

  private async search(folder: string): Promise<ListedBackup[]> {
    const listed: ListedBackup[] = [];
    const visit = (path: string) => this.watch.visit(path);
    for await (const found of findBackups(folder, { visit })) listed.push(await this.listedOf(found));
    return listed.sort((a, b) => rankOf(a) - rankOf(b) || b.time - a.time);
  }

  private async listedOf(found: FoundBackup): Promise<ListedBackup> {
    const { path, kind } = found;
    const time = kind === 'set' ? Date.parse(found.summary.started) : await lastWritten(path);
    if (kind !== 'streamFolder') return { ...found, time, condition: await this.conditionOfWhole(found) };
    const { source, conditions } = await this.look(path);
    const stream = source.streams[0];
    const condition = (stream && conditions.get(placeOf(stream))) ?? notVerified;
    return { ...found, time, condition, ...(stream === undefined ? {} : { stream }) };
  }

  private async conditionOfWhole(found: FoundBackup): Promise<Condition> {
    if (found.kind === 'damaged') return { state: 'damaged', reason: found.problem.message };
    const remembered = await this.verifications.find(found.path);
    const trouble = this.troubles.get(found.path);
    if (trouble !== undefined) return { state: 'damaged', reason: trouble };
    if (remembered !== undefined) return remembered;
    if (found.kind !== 'set') return notVerified;
    const { verified, outcomes } = found.summary;
    return outcomes.backedUp > 0 && verified === outcomes.backedUp ? verifiedAtBackup : notVerified;
  }

  private async conditionOf(stream: SourceStream): Promise<Condition> {
    if (stream.problem !== undefined) return { state: 'damaged', reason: stream.problem.message };
    const found = await this.verifications.find(placeOf(stream));
    if (found !== undefined) return found;
    return stream.manifestEntry?.verified === true ? verifiedAtBackup : notVerified;
  }

  /** What shows only when a set is looked into is then said of the set too. */
  private learn(path: string, trouble: string | undefined): void {
    if (this.troubles.get(path) === trouble) return;
    if (trouble === undefined) this.troubles.delete(path);
    else this.troubles.set(path, trouble);
    this.refresh();
  }
}

/** What tells a stream's data from all others: several archives may be in one folder. */
export function placeOf({ archivePath, folder }: SourceStream): string {
  return archivePath ?? folder;
}

/** What has no age of its own stands above what has one. */
function rankOf({ kind }: FoundBackup): number {
  return { partial: 0, configurationFolder: 1, undoFolder: 2 }[kind as string] ?? 3;
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
