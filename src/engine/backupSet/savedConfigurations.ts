import { join } from 'node:path';
import type { ConsumerConfig, StreamConfig } from '../model';
import { ConfigurationFiles, updateConfigurationFile } from './configurationFolder';
import { setFolderName, undoFolderName } from './layout';
import { contextFolderName } from './names';
import { makePrivateFolder, writePrivateFile } from './privateFile';

/** Where a context's configurations are saved before a change: `<backupFolder>/<context>/undo`. */
export function undoFolderOf(backupFolder: string, context: string): string {
  return join(backupFolder, contextFolderName(context), undoFolderName);
}

/**
 * Saves configurations as they are before a change, in a new folder named for the time.
 *
 * @param saved.consumers by their stream, which is among `saved.streams`
 * @returns the folder's absolute path
 * @throws BackupError `diskFull`, `fileAccess`
 */
export async function saveConfigurations(
  undoFolder: string,
  saved: { streams: StreamConfig[]; consumers: ReadonlyMap<string, ConsumerConfig[]> },
  now = new Date(),
): Promise<string> {
  const folder = await newUndoFolder(undoFolder, setFolderName(now));
  const files = new ConfigurationFiles(saved.streams.map(({ name }) => name));
  for (const config of saved.streams) {
    for (const file of files.of(config, saved.consumers.get(config.name) ?? [])) {
      await updateConfigurationFile(folder, file);
    }
  }
  return folder;
}

/** A folder made for one change alone; where two changes are made within a second `-2`, `-3` … is added. */
export async function newUndoFolder(undoFolder: string, name: string): Promise<string> {
  // What was before a change is of no use to others: git does not see it.
  if ((await makePrivateFolder(undoFolder)) !== undefined)
    await writePrivateFile(join(undoFolder, '.gitignore'), '*\n');
  for (let number = 1; ; number += 1) {
    const folder = join(undoFolder, number === 1 ? name : `${name}-${number}`);
    if ((await makePrivateFolder(folder)) !== undefined) return folder;
  }
}
