import { EventEmitter, RelativePattern, Uri, workspace, type Disposable, type Event } from 'vscode';
import {
  contextPrograms,
  messageOf,
  resolveContext,
  stringifyJson,
  type ConnectionSettings,
  type ContextEntry,
  type ContextFile,
  type ContextStore,
} from '../../engine';
import type { Log } from '../ui/log';
import type { ContextSecrets } from './contextSecrets';
import { Disposables } from './disposables';
import type { ProgramConsent } from './programConsent';

/** All contexts as they were read last, and which is selected. */
export interface ContextList {
  entries: readonly ContextEntry[];
  selected?: string;
}

/** Which contexts are new, different or gone; with none of them only the selection changed. */
export interface ContextsChange {
  names: ReadonlySet<string>;
}

/** Long enough for a program's burst of file operations, in ms. */
const settleTime = 100;

/**
 * The contexts on disk, kept up to date by watching their folder, which the `nats` command line changes too. Nothing is
 * read before the first call.
 */
export class Contexts implements Disposable {
  private readonly owned = new Disposables();
  private readonly changes = this.owned.add(new EventEmitter<ContextsChange>());
  readonly onDidChange: Event<ContextsChange> = this.changes.event;
  private known: ContextList | undefined;
  private watching = false;
  private reading: Promise<ContextList> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly store: ContextStore,
    readonly secrets: ContextSecrets,
    readonly consent: ProgramConsent,
    private readonly log: Log,
  ) {}

  /** The contexts as they were read last; reads them if they never were. @throws BackupError `fileAccess` */
  list(): Promise<ContextList> {
    if (this.known !== undefined) return Promise.resolve(this.known);
    return this.reload();
  }

  /** Reads the contexts again and tells what changed. @throws BackupError `fileAccess` */
  async reload(): Promise<ContextList> {
    // A reading that has begun may miss what was written since; the next one begins when it has ended.
    await this.reading?.catch(() => undefined);
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** Tells that something about a context changed that its file does not show. */
  announce(name: string): void {
    this.changes.fire({ names: new Set([name]) });
  }

  /**
   * Everything that a connection needs. The file is read anew, so that it counts as it is now.
   *
   * @throws BackupError `contextNotFound`, `invalidContext`, `notSupported` (with `option` "allowPrograms" where the user
   * has not allowed the programs that it names)
   */
  async settingsOf(name: string, signal?: AbortSignal): Promise<ConnectionSettings> {
    const path = this.store.path(name);
    const file = await this.completeFile(name);
    const allowPrograms = this.consent.isAllowed(path, contextPrograms(file));
    return resolveContext(name, file, { allowPrograms, ...(signal === undefined ? {} : { signal }) });
  }

  /** The command lines that connecting may run and that the user has not allowed yet. @throws BackupError as above */
  async programsToAllow(name: string): Promise<string[]> {
    const programs = contextPrograms(await this.completeFile(name));
    return this.consent.isAllowed(this.store.path(name), programs) ? [] : programs;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.owned.dispose();
  }

  private async completeFile(name: string): Promise<ContextFile> {
    return this.secrets.complete(name, this.store.path(name), await this.store.read(name));
  }

  private async read(): Promise<ContextList> {
    this.watch();
    const before = this.known;
    // Where reading fails, what was known before is not true any more.
    this.known = undefined;
    const [entries, selected] = await Promise.all([this.store.list(), this.store.selected()]);
    this.known = { entries, ...(selected === undefined ? {} : { selected }) };
    const names = differing(before?.entries ?? [], entries);
    if (before !== undefined && (names.size > 0 || before.selected !== selected)) this.changes.fire({ names });
    return this.known;
  }

  /** Folders are watched, not file patterns, and those that do not exist yet too: VS Code waits for them. */
  private watch(): void {
    if (this.watching) return;
    this.watching = true;
    for (const folder of [this.store.root, this.store.folder]) {
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), '*'));
      const changed = () => this.reloadSoon();
      this.owned.add(watcher);
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
        this.owned.add(event(changed));
    }
  }

  private reloadSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reload().catch((error: unknown) => this.log.warn(`Reading the contexts: ${messageOf(error)}`));
    }, settleTime);
  }
}

function differing(before: readonly ContextEntry[], after: readonly ContextEntry[]): Set<string> {
  const old = new Map(before.map((entry) => [entry.name, contentOf(entry)]));
  const names = new Set<string>();
  for (const entry of after) {
    if (old.get(entry.name) !== contentOf(entry)) names.add(entry.name);
    old.delete(entry.name);
  }
  for (const gone of old.keys()) names.add(gone);
  return names;
}

function contentOf({ file, error }: ContextEntry): string {
  return file === undefined ? error.message : stringifyJson(file);
}
