import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BackupError } from '../errors';
import type { ConfigurationSource } from './configurationSource';
import { fileConfigurations } from './fileConfigurations';
import { withFileErrors } from './fileError';
import { folderConfigurations } from './folderConfigurations';
import type { Gathered } from './gathered';
import { configFolder, dataFolder, manifestName } from './layout';
import { isEmptyFolder, isStreamFolder, lookInto, type FolderLook } from './lookInto';
import { isFile, oneOfEach } from './oneOfEach';
import { ifExists } from './readJson';
import { setConfigurations, type SetConfigurations } from './setConfigurations';

/**
 * Reads the configurations that a path holds: a set or a part of it, a folder of `stream_*.json` files (ours or those of
 * the old `nats backup`), a stream's folder, an account's folder of the `nats` command line, a folder that holds
 * several of these, or one file. What is wrong with a single file is in `problems`; the others go on. Archives are not
 * opened here: those that may hold more are in `archives`.
 *
 * @throws BackupError `notABackup` if there is no configuration at all; `fileAccess`
 */
export async function readConfigurations(source: string): Promise<ConfigurationSource> {
  const path = resolve(source);
  const stats = await withFileErrors('read the configuration', path, () => stat(path));
  if (!stats.isDirectory()) return sourceOf('file', path, await fileConfigurations(path));
  const set = await partOfSet(path);
  if (set !== undefined) return set;
  const look = await lookInto(path);
  const gathered = await folderConfigurations(look);
  const { found, problems, archives } = gathered;
  if (found.length + problems.length + archives.length === 0) throw nothingIn(look);
  const files = [...found, ...problems].some(({ file }) => basename(file).startsWith('stream_'));
  const other = isStreamFolder(look) ? 'streamFolder' : 'accountFolder';
  return sourceOf(files ? 'configurationFolder' : other, path, gathered);
}

/** A set is found from its folder, from the two in it, and from a stream's folder in its data. */
async function partOfSet(path: string): Promise<ConfigurationSource | undefined> {
  const [above, name] = [dirname(path), basename(path)];
  const whole = (await setAt(path)) ?? (name === configFolder || name === dataFolder ? await setAt(above) : undefined);
  if (whole !== undefined) return whole;
  if (basename(above) !== dataFolder) return undefined;
  const part = await ourSet(dirname(above), name);
  return part === undefined ? undefined : sourceOf('streamFolder', path, part);
}

async function setAt(path: string): Promise<ConfigurationSource | undefined> {
  const set = await ourSet(path);
  return set === undefined ? undefined : sourceOf('set', path, set);
}

/** Undefined also where the set knows nothing of the stream's folder. */
async function ourSet(path: string, only?: string): Promise<SetConfigurations | undefined> {
  if ((await ifExists(stat(join(path, manifestName)))) === undefined) return undefined;
  const set = await setConfigurations(path, only);
  return set === undefined || (only !== undefined && set.found.length === 0) ? undefined : set;
}

function sourceOf(
  kind: ConfigurationSource['kind'],
  path: string,
  gathered: SetConfigurations | Gathered,
): ConfigurationSource {
  const { configurations, problems } = oneOfEach(gathered.found);
  // Who has written files has written them of all durable consumers, too.
  const inFiles = new Set(
    gathered.found.flatMap(({ form, kind, stream }) => (isFile(form) && kind === 'stream' ? [stream] : [])),
  );
  const context = 'context' in gathered ? gathered.context : undefined;
  return {
    kind,
    path,
    configurations,
    problems: [...gathered.problems, ...problems],
    archives: gathered.archives.filter(({ stream }) => !inFiles.has(stream)),
    ...(context === undefined ? {} : { context }),
  };
}

function nothingIn(look: FolderLook): BackupError {
  const what = isEmptyFolder(look)
    ? 'it is empty.'
    : 'neither a stream_*.json file nor a backup of a stream is in it or below it.';
  return new BackupError(
    'notABackup',
    `${look.path} holds no configuration of a stream: ${what} Choose another folder.`,
  );
}
