import { basename, join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ConfigurationArchive } from './configurationSource';
import { checkConfiguration } from '../config/parseConfiguration';
import type { FoundConfiguration, Gathered } from './gathered';
import { readBackupJson } from './backupJson';
import { archiveNames, backupJsonName, nameOfLoneArchive } from './layout';
import type { FolderLook } from './lookInto';
import { readMagic } from './magic';
import { problemOf } from './readConfigurationFile';
import { ifExists } from './readJson';

/** The configuration that a folder has beside or inside its archives. */
export async function dataConfigurations(look: FolderLook, named: readonly FoundConfiguration[]): Promise<Gathered> {
  const gathered: Gathered = { found: [], problems: [], archives: [] };
  const stream = look.hasBackupJson ? await addBackupJson(look.path, gathered) : undefined;
  for (const format of look.archives) {
    const path = join(look.path, archiveNames[format]);
    await addArchive(path, stream ?? basename(look.path), stream !== undefined, gathered);
  }
  for (const name of look.files) {
    const guess = nameOfLoneArchive(name);
    if (guess === undefined) continue;
    const hasFile = named.some(({ kind, file }) => kind === 'stream' && basename(file) === `stream_${guess}.json`);
    if (!hasFile) await addArchive(join(look.path, name), guess, false, gathered);
  }
  return gathered;
}

/**
 * Adds what a folder's `backup.json` holds. Unlike other configurations it may be large.
 *
 * @returns the stream's name, if it can be told
 */
export async function addBackupJson(
  folder: string,
  { found, problems }: Pick<Gathered, 'found' | 'problems'>,
): Promise<string | undefined> {
  const file = join(folder, backupJsonName);
  try {
    const { config } = await readBackupJson(folder);
    const { name } = checkConfiguration(config, file);
    found.push({ kind: 'stream', stream: name, config, file, form: 'backupJson' });
    return name;
  } catch (error) {
    problems.push(problemOf(file, error));
    return undefined;
  }
}

async function addArchive(
  path: string,
  stream: string,
  configurationKnown: boolean,
  { archives, problems }: { archives: ConfigurationArchive[] } & Pick<Gathered, 'problems'>,
): Promise<void> {
  try {
    const found = await ifExists(stat(path));
    if (found === undefined || (await readMagic(path)) === undefined) return;
    archives.push({ path, bytes: found.size, stream, configurationKnown });
  } catch (error) {
    problems.push(problemOf(path, error));
  }
}
