import { isAbsolute, relative, sep } from 'node:path';
import { EventEmitter, type Disposable, type Event } from 'vscode';
import { contextFolderName } from '../../engine';
import type { BackupSets } from './backupSets';
import type { Contexts } from './contexts';
import { Disposables } from './disposables';

/** Which context a configuration file is meant for. */
export interface ContextOfFile {
  /** Left out where none can be told: a person is to be asked. */
  context?: string;
  /** What the file's place names, where there is no such context (any more). */
  missing?: string;
}

/** What follows a context's folder: the files kept in git, or a dated set. */
const belowContext = /^(config|\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)$/;

/**
 * Tells the context that a configuration file is of: in a backup set the one that the set was made from, elsewhere in a
 * backup folder the one whose folder it is in, anywhere else the selected one.
 */
export class ConfigurationContext implements Disposable {
  private readonly owned = new Disposables();
  private readonly changes = this.owned.add(new EventEmitter<void>());
  /** Files may be of other contexts now. */
  readonly onDidChange: Event<void> = this.changes.event;

  constructor(
    private readonly contexts: Pick<Contexts, 'list' | 'onDidChange'>,
    private readonly sets: Pick<BackupSets, 'folders' | 'list' | 'onDidChange'>,
  ) {
    this.owned.add(contexts.onDidChange(() => this.changes.fire()));
    this.owned.add(sets.onDidChange(() => this.changes.fire()));
  }

  /** @param path absolute, of a file @throws BackupError `fileAccess` if the contexts cannot be read */
  async of(path: string): Promise<ContextOfFile> {
    const { entries, selected } = await this.contexts.list();
    const names = entries.map(({ name }) => name);
    const setContext = await this.contextOfSet(path);
    if (setContext !== undefined) return names.includes(setContext) ? { context: setContext } : { missing: setContext };
    for (const folder of this.sets.folders()) {
      const [first = '', second = ''] = partsInside(folder.path, path);
      const context = names.find((name) => contextFolderName(name) === first);
      if (context !== undefined) return { context };
      if (first !== '' && belowContext.test(second)) return { missing: first };
    }
    return selected === undefined ? {} : { context: selected };
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** What the manifest says, of a file in a set that the Backups view shows. */
  private async contextOfSet(path: string): Promise<string | undefined> {
    for (const folder of this.sets.folders()) {
      const parts = partsInside(folder.path, path);
      // The files kept in git are in no set, and no set need be looked for.
      if (parts.length === 0 || (parts.length === 3 && parts[1] === 'config')) continue;
      const listed = await this.sets.list(folder.path);
      const set = listed.find((each) => each.kind === 'set' && partsInside(each.path, path).length > 0);
      if (set?.kind === 'set') return set.summary.context;
    }
    return undefined;
  }
}

/** The names from a folder down to a path in it; none if it is not in it. */
function partsInside(folder: string, path: string): string[] {
  const below = relative(folder, path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? [] : below.split(sep);
}
