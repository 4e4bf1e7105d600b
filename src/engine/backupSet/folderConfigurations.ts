import { basename, join } from 'node:path';
import { inParallel } from '../util/inParallel';
import { dataConfigurations } from './dataConfigurations';
import { passedOver } from './findBackups';
import { gatheredOf, type Gathered } from './gathered';
import { backupJsonName, isConfigurationName, isPartialFolderName, manifestName, undoFolderName } from './layout';
import { lookInto, type FolderLook } from './lookInto';
import { nameConsumers } from './nameConsumers';
import { readConfigurationFile, type ReadConfiguration } from './readConfigurationFile';
import { setConfigurations } from './setConfigurations';

/** Levels of folders below the one that was asked for: a context's folder, a set, and one more. */
const maxDepth = 3;
const filesAtOnce = 16;

/**
 * What a folder holds that is no set: `stream_*.json` files, a stream's data, archives, and all of that in the folders
 * below, sets too. Links to folders are not followed, and what was
 * saved before a change is not looked for. In the folder itself files of other names count where their
 * content is a configuration.
 *
 * @throws BackupError `fileAccess` if the folder itself cannot be listed
 */
export async function folderConfigurations(look: FolderLook, depth = 0): Promise<Gathered> {
  const read = await readFiles(look, { others: depth === 0 });
  const named = nameConsumers(read);
  const own = gatheredOf([named, await dataConfigurations(look, named.found)]);
  if (depth >= maxDepth) return own;
  const folders = look.folders.filter(
    (name) => !passedOver.has(name) && name !== undoFolderName && !isPartialFolderName(name),
  );
  const below = await inParallel(folders, filesAtOnce, (name) => folderBelow(join(look.path, name), depth + 1));
  return gatheredOf([own, ...below]);
}

async function folderBelow(path: string, depth: number): Promise<Gathered> {
  const look = await lookInto(path);
  const set = look.hasManifest ? await setConfigurations(path) : undefined;
  return set ?? (await folderConfigurations(look, depth));
}

export interface ReadFilesOptions {
  /** Also those of other names. */
  others: boolean;
  read?: (file: string) => Promise<ReadConfiguration>;
}

/** The configuration files of one folder, and what is named like one. */
export async function readFiles(
  { path, files }: FolderLook,
  { others, read: readOne = readConfigurationFile }: ReadFilesOptions,
): Promise<ReadConfiguration[]> {
  const wanted = files.filter((name) => isConfigurationName(name) || (others && isOtherJson(name)));
  const read = await inParallel(wanted, filesAtOnce, (name) => readOne(join(path, name)));
  return read.filter((each) => 'parsed' in each || isConfigurationName(basename(each.file)));
}

function isOtherJson(name: string): boolean {
  return name.endsWith('.json') && name !== manifestName && name !== backupJsonName;
}
