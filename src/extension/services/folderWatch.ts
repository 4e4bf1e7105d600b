import { watch as watchFolder, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { EventEmitter, RelativePattern, Uri, workspace, type Disposable, type Event } from 'vscode';
import { Disposables } from './disposables';

/** Changes come in bursts: one event tells of all that happened within this. */
const settleMs = 150;
/** While changes go on and on they are told at least this often. */
const longestMs = 1000;

/** Files of a backup that is being written; they change all the time and say nothing until it has its name. */
const insidePartial = /\.partial-[0-9a-f]{8}[\\/]/;

/** Nobody keeps so many backups in sight; a folder that holds other things besides is not watched to its last corner. */
const mostVisited = 2000;

/**
 * Watches folders and all below them, in the workspace and outside of it. They need not exist yet.
 *
 * VS Code's watcher does so everywhere, but on Linux it may miss what is made inside a new folder right after it, and is
 * then blind to that folder for good. There those that list folders say so first ({@link visit}), and each is watched by
 * itself: what happens after its list was read is never missed.
 */
export class FolderWatch implements Disposable {
  private readonly emitter = new EventEmitter<void>();
  /** Something may have changed in at least one of the folders. */
  readonly onDidChange: Event<void> = this.emitter.event;
  private watchers = new Disposables();
  private watched: readonly string[] = [];
  private visited: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private firstOfBurst = 0;

  /** Watches these folders instead of those before. */
  watch(folders: readonly string[]): void {
    if (folders.join('\0') === this.watched.join('\0')) return;
    this.watched = [...folders];
    this.watchers.dispose();
    this.watchers = new Disposables();
    for (const folder of folders) this.watchOne(folder);
  }

  /** Everything is about to be listed anew: earlier visits end. */
  forgetVisits(): void {
    for (const watcher of this.visited.splice(0)) watcher.close();
  }

  /** To be called before a folder is listed. @returns whether it is watched by itself now */
  visit(folder: string): boolean {
    if (process.platform !== 'linux' || this.visited.length >= mostVisited) return false;
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_, name) => this.changed(join(folder, name ?? '')));
      watcher.on('error', () => watcher.close());
      this.visited.push(watcher);
      return true;
    } catch {
      // It is gone or may not be read; whoever lists it hears of it.
      return false;
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.forgetVisits();
    this.watchers.dispose();
    this.emitter.dispose();
  }

  /**
   * All names below, because VS Code tells of a folder that was renamed into place, but not of what is in it. Inside the
   * workspace the folder itself is asked for too: it may come or go as a whole.
   */
  private watchOne(folder: string): void {
    const around = workspace.getWorkspaceFolder(Uri.file(folder));
    const patterns = [new RelativePattern(Uri.file(folder), '**')];
    if (around !== undefined && around.uri.fsPath !== folder) {
      patterns.push(new RelativePattern(around, globOf(workspace.asRelativePath(folder, false))));
    }
    for (const pattern of patterns) {
      const watcher = this.watchers.add(workspace.createFileSystemWatcher(pattern));
      const changed = (uri: Uri) => this.changed(uri.fsPath);
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
        this.watchers.add(event(changed));
      }
    }
  }

  private changed(path: string): void {
    if (insidePartial.test(path)) return;
    const now = Date.now();
    if (this.timer === undefined) this.firstOfBurst = now;
    clearTimeout(this.timer);
    const wait = Math.max(0, Math.min(settleMs, this.firstOfBurst + longestMs - now));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.emitter.fire();
    }, wait);
  }
}

/** A path as a pattern that matches nothing else. */
function globOf(path: string): string {
  return path.replaceAll('\\', '/').replaceAll(/[[\]{}*?]/g, '[$&]');
}
