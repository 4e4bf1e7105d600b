import { join } from 'node:path';
import type { ConsumerConfig, StreamConfig } from '../model';
import { ConfigurationFiles, updateConfigurationFile } from './configurationFolder';
import { setFolderName } from './layout';
import { makePrivateFolder } from './privateFile';

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
  const folder = join(undoFolder, setFolderName(now));
  await makePrivateFolder(folder);
  const files = new ConfigurationFiles(saved.streams.map(({ name }) => name));
  for (const config of saved.streams) {
    for (const file of files.of(config, saved.consumers.get(config.name) ?? [])) {
      await updateConfigurationFile(folder, file);
    }
  }
  return folder;
}
