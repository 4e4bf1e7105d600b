import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '../util/inParallel';
import type { StreamFile } from './filesOfStream';
import { isConfigurationName } from './layout';
import { lookInto, type FolderLook } from './lookInto';
import { ifExists } from './readJson';

/** How many streams' and consumers' files a folder has, as their names say. */
export function countConfigurations({ files }: Pick<FolderLook, 'files'>): { streams: number; consumers: number } {
  const named = files.filter(isConfigurationName);
  const consumers = named.filter(isConsumerName).length;
  return { streams: named.length - consumers, consumers };
}

/**
 * The configuration files of a folder by name, each stream's before its consumers'.
 *
 * @throws BackupError `fileAccess` if the folder cannot be listed
 */
export async function configurationFilesIn(folder: string): Promise<StreamFile[]> {
  const names = (await lookInto(folder)).files.filter(isConfigurationName);
  return await inParallel(names, 16, async (name) => {
    const path = join(folder, name);
    const kind = isConsumerName(name) ? 'consumerConfiguration' : 'streamConfiguration';
    const found = await ifExists(stat(path));
    return { path, kind, ...(found === undefined ? {} : { bytes: found.size }) } satisfies StreamFile;
  });
}

/** Names of the folders below `undo` that hold what was before a change, the newest first. */
export function savedFolders({ folders }: Pick<FolderLook, 'folders'>): string[] {
  return folders.filter((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/.test(name)).sort(newestFirst);
}

function isConsumerName(name: string): boolean {
  return name.includes('_consumer_');
}

/** `…Z-10` is newer than `…Z-9`. */
function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
