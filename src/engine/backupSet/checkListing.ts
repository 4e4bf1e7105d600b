import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import type { FileProblem } from './checkFiles';
import { backupJsonName, configFolder, dataFolder, manifestName } from './layout';
import { isEmptyFolder, isStreamFolder, lookInto } from './lookInto';
import type { Manifest } from './manifest';
import { assignStreamNames, streamFileName } from './names';
import { ifExists } from './readJson';

const foldersAtOnce = 16;

/**
 * Files that a set must have and that its manifest does not list, so that nobody could tell if they were changed: each
 * stream's configuration, and `backup.json` of those with data. (The archive's name follows from its format.)
 */
export async function unlistedFiles({ streams, files }: Manifest): Promise<BackupError[]> {
  const listed = new Set(files.map(({ path }) => path));
  const parts = assignStreamNames(streams.map(({ name }) => name));
  // Of 10,000 streams either half takes a while: other work of this thread has its turn in between.
  await setImmediate();
  const wanted = streams.flatMap(({ name, outcome, folder }) => {
    const saved = outcome === 'backedUp' || outcome === 'configurationOnly';
    const config = saved ? [`${configFolder}/${streamFileName(parts.get(name) ?? name)}`] : [];
    return folder === undefined ? config : [...config, `${dataFolder}/${folder}/${backupJsonName}`];
  });
  return wanted
    .filter((path) => !listed.has(path))
    .map((path) => {
      const text = `${manifestName} does not list ${path}, which belongs to the backup. The manifest was changed.`;
      return new BackupError('archiveMismatch', text);
    });
}

/** What is in a folder of streams' folders and does not belong there. */
export interface Strays {
  /** Folders that hold something, but no stream's backup; `path` is absolute. */
  folders: FileProblem[];
  /** Absolute paths. They hurt nothing here, but the `nats` command line restores no account beside them. */
  files: string[];
}

/**
 * Looks for what does not belong in a folder of streams' folders. A folder that does not exist has nothing in it.
 *
 * @throws BackupError `fileAccess`
 */
export async function findStrays(folder: string): Promise<Strays> {
  if ((await ifExists(stat(folder))) === undefined) return { folders: [], files: [] };
  const look = await lookInto(folder);
  const names = [...look.folders, ...look.linkedFolders].sort();
  const below = await inParallel(names, foldersAtOnce, (name) => lookInto(join(folder, name)));
  const strays = below.filter((child) => !isStreamFolder(child) && !isEmptyFolder(child));
  return {
    folders: strays.map(({ path }) => ({ path, problem: strayFolder(path) })),
    files: look.files.map((name) => join(folder, name)),
  };
}

function strayFolder(path: string): BackupError {
  const next = 'Move it away: the nats command line restores no account from a folder that holds it.';
  return new BackupError('notABackup', `${path} is among the streams' folders and holds no stream's backup. ${next}`);
}
