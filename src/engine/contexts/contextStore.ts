import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError, isBackupError } from '../errors';
import { checkContextName, contextNameProblem } from './contextName';
import { checkContextFile } from './checkContextFile';
import { configRoot } from './configRoot';
import { maxContextFileBytes, parseContextFile, serialiseContextFile, type ContextFile } from './contextFile';
import { fileOperation, unlessMissing, writePrivateFile } from './privateFile';

/** A context as it is on disk: its content, or why that cannot be had. */
export type ContextEntry =
  | { name: string; path: string; file: ContextFile; error?: undefined }
  | { name: string; path: string; file?: undefined; error: BackupError };

/**
 * The contexts of the NATS command line, in its own files. Nothing is kept in memory, so that what another program
 * changed is seen by the next call; who wants to know of changes watches {@link folder}.
 */
export class ContextStore {
  /** `<config root>/nats`, which holds the selection and the folder of contexts; it may not exist yet. */
  readonly root: string;
  /** `<config root>/nats/context`; it may not exist yet. */
  readonly folder: string;

  /** @param config see {@link configRoot} */
  constructor(config: string = configRoot()) {
    this.root = join(config, 'nats');
    this.folder = join(this.root, 'context');
  }

  path(name: string): string {
    return join(this.folder, `${name}.json`);
  }

  /**
   * All contexts by name. A damaged file is an entry with its error; an empty one is none, as for the command line.
   *
   * @throws BackupError `fileAccess`
   */
  async list(): Promise<ContextEntry[]> {
    const names = (await this.fileNames())
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .filter((name) => contextNameProblem(name) === undefined);
    const entries = await Promise.all(names.sort().map((name) => this.entry(name)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** @throws BackupError `contextNotFound`, `invalidContext`, `fileAccess` */
  async read(name: string): Promise<ContextFile> {
    checkContextName(name);
    const text = await this.readText(name);
    if (text === undefined || text === '') throw this.notFound(name);
    return parseContextFile(text, name);
  }

  /**
   * Writes the whole file at once or not at all. To edit, pass what {@link read} gave with the changes in it: fields
   * that are not known here then survive.
   *
   * @throws BackupError `invalidOption` for a name that cannot be or, with `mustBeNew`, is taken; `invalidContext` for
   * a file that the command line would refuse; `fileAccess`, `diskFull`
   */
  async save(name: string, file: ContextFile, options: { mustBeNew?: boolean } = {}): Promise<void> {
    checkContextName(name);
    checkContextFile(file, name);
    if (options.mustBeNew && (await this.exists(name))) throw nameTaken(name);
    await this.makeFolder(this.folder);
    await writePrivateFile(this.path(name), serialiseContextFile(file));
  }

  /** Removes a context; if it was the selected one, none is selected. @throws BackupError `contextNotFound`, `fileAccess` */
  async remove(name: string): Promise<void> {
    checkContextName(name);
    await this.removeFile(name);
    if ((await this.selected()) === name) await this.select(undefined);
  }

  /** @throws BackupError `contextNotFound`, `invalidOption` for a name that is taken, `fileAccess` */
  async rename(name: string, newName: string): Promise<void> {
    checkContextName(name);
    checkContextName(newName);
    if (name === newName) return;
    if (!(await this.exists(name))) throw this.notFound(name);
    if (await this.exists(newName)) throw nameTaken(newName);
    await fileOperation(`rename context "${name}"`, () => rename(this.path(name), this.path(newName)));
    if ((await this.selected()) === name) await this.select(newName);
  }

  /** The selected context's name; it may name one that is gone. */
  selected(): Promise<string | undefined> {
    return this.readSelection('context.txt');
  }

  /** The one that was selected before. */
  previous(): Promise<string | undefined> {
    return this.readSelection('previous-context.txt');
  }

  /** Selects a context, or none. @throws BackupError `contextNotFound`, `fileAccess` */
  async select(name: string | undefined): Promise<void> {
    if (name !== undefined && !(await this.exists(name))) throw this.notFound(name);
    await this.makeFolder(this.root);
    const before = await this.selected();
    if (before !== undefined) await writePrivateFile(join(this.root, 'previous-context.txt'), before);
    const selection = join(this.root, 'context.txt');
    if (name !== undefined) await writePrivateFile(selection, name);
    else await fileOperation('clear the selected context', () => rm(selection, { force: true }));
  }

  private async entry(name: string): Promise<ContextEntry | undefined> {
    const path = this.path(name);
    try {
      const text = await this.readText(name);
      if (text === undefined || text === '') return undefined;
      return { name, path, file: parseContextFile(text, name) };
    } catch (error) {
      if (isBackupError(error)) return { name, path, error };
      throw error;
    }
  }

  /** The file's text, or undefined where there is no such file. */
  private async readText(name: string): Promise<string | undefined> {
    const path = this.path(name);
    return fileOperation(`read context "${name}"`, async () => {
      const info = await unlessMissing(stat(path));
      if (info === undefined) return undefined;
      if (!info.isFile() || info.size > maxContextFileBytes) {
        const why = info.isFile() ? `is larger than ${maxContextFileBytes} bytes` : 'is not a regular file';
        throw new BackupError('invalidContext', `The file of context "${name}" (${path}) ${why}.`);
      }
      return unlessMissing(readFile(path, 'utf8'));
    });
  }

  private async exists(name: string): Promise<boolean> {
    return fileOperation(
      `look for context "${name}"`,
      async () => (await unlessMissing(stat(this.path(name)))) !== undefined,
    );
  }

  private async fileNames(): Promise<string[]> {
    return fileOperation('list contexts', async () => (await unlessMissing(readdir(this.folder))) ?? []);
  }

  private async readSelection(file: string): Promise<string | undefined> {
    const text = await fileOperation(`read ${file}`, () => unlessMissing(readFile(join(this.root, file), 'utf8')));
    return text?.trim() || undefined;
  }

  private async makeFolder(folder: string): Promise<void> {
    await fileOperation(`make the folder ${folder}`, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  }

  private async removeFile(name: string): Promise<void> {
    if (!(await this.exists(name))) throw this.notFound(name);
    await fileOperation(`remove context "${name}"`, () => rm(this.path(name), { force: true }));
  }

  private notFound(name: string): BackupError {
    return new BackupError('contextNotFound', `There is no context "${name}" in ${this.folder}.`);
  }
}

function nameTaken(name: string): BackupError {
  const message = `A context "${name}" exists already. Edit it, or choose another name.`;
  return new BackupError('invalidOption', message, { option: 'name' });
}
