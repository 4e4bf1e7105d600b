import { join } from 'node:path';
import { setFolderName } from './layout';
import { flush, writePrivateFile } from './privateFile';
import { newUndoFolder } from './savedConfigurations';

/**
 * Keeps what files held before they are overwritten: somebody may have edited one and not committed it. The folder is
 * made for the first of them.
 */
export class ReplacedFiles {
  private folder: Promise<string> | undefined;
  private made: string | undefined;

  /** @param undoFolder absolute; see `undoFolderOf` */
  constructor(
    private readonly undoFolder: string,
    private readonly now = new Date(),
  ) {}

  /** Absolute path of the folder, if a file was kept. */
  get path(): string | undefined {
    return this.made;
  }

  /** @throws BackupError `diskFull`, `fileAccess` */
  async keep(name: string, text: string): Promise<void> {
    this.folder ??= newUndoFolder(this.undoFolder, setFolderName(this.now));
    this.made = await this.folder;
    const path = join(this.made, name);
    await writePrivateFile(path, text);
    await flush(path, 'file');
  }
}
