import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ConfigurationProblem, SourceConfiguration } from './configurationSource';
import { readFiles } from './folderConfigurations';
import { lookInto } from './lookInto';
import { nameConsumers } from './nameConsumers';
import { oneOfEach } from './oneOfEach';
import { readConfigurationFile, type ReadConfiguration } from './readConfigurationFile';
import { ifExists } from './readJson';

/** What one folder holds of configuration files. */
export interface FolderContent {
  /** Absolute. */
  folder: string;
  /** Streams by name, each before its consumers. The `config` of a file that did not change is the same object again. */
  configurations: SourceConfiguration[];
  problems: ConfigurationProblem[];
  /** Names of the files that were read, usable or not. */
  files: ReadonlySet<string>;
}

/**
 * Reads the configuration files of one folder, not of those below it, again and again: each is read once, and then only
 * when the file system says that it is another one. Each is parsed in a turn of its own, so that thousands hold up no
 * other work of this thread.
 */
export class ConfigurationReader {
  private known = new Map<string, { stamp: string; read: ReadConfiguration }>();

  /** @param folder absolute; it need not exist */
  constructor(readonly folder: string) {}

  /**
   * @returns undefined while there is no such folder
   * @throws BackupError `fileAccess` if the folder cannot be listed
   */
  async read(): Promise<FolderContent | undefined> {
    if ((await ifExists(stat(this.folder)))?.isDirectory() !== true) {
      this.known.clear();
      return undefined;
    }
    const before = this.known;
    this.known = new Map();
    const read = await readFiles(await lookInto(this.folder), {
      others: true,
      read: (file) => this.readOne(file, before),
    });
    const named = nameConsumers(read);
    const { configurations, problems } = oneOfEach(named.found);
    const files = new Set(read.map(({ file }) => basename(file)));
    return { folder: this.folder, configurations, problems: [...named.problems, ...problems], files };
  }

  private async readOne(file: string, before: typeof this.known): Promise<ReadConfiguration> {
    // Looked at before it is read: what is written meanwhile is seen the next time.
    const stamp = await stampOf(file);
    const known = before.get(file);
    const read = known?.stamp === stamp ? known.read : await readConfigurationFile(file);
    this.known.set(file, { stamp, read });
    return read;
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs].join(' ');
  } catch {
    return 'absent';
  }
}
