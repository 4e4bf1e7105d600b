import { basename, join, resolve } from 'node:path';
import { toBackupError, type BackupError } from '../errors';
import { throwIfAborted } from '../util/abort';
import { inParallel } from '../util/inParallel';
import { countConfigurations, savedFolders } from './configurationFiles';
import { errorNumber } from './fileError';
import { archivesInFlatFolder } from './flatFolder';
import { isConfigurationName, isPartialFolderName, undoFolderName } from './layout';
import { isEmptyFolder, isStreamFolder, lookInto, type FolderLook } from './lookInto';
import { readManifest } from './manifestFile';
import { isAbandoned } from './owner';
import { readStreamFolder } from './readStreamFolder';
import { summarize, type SetSummary } from './summarize';

/** What a search found. `inspectSource` tells more of each but the last two. */
export type FoundBackup =
  | { kind: 'set'; path: string; summary: SetSummary }
  | { kind: 'streamFolder'; path: string }
  | { kind: 'accountFolder'; path: string; streamFolders: number }
  /** Configurations and archives side by side, as `nats backup` wrote them until 2022; those of streams by name. */
  | { kind: 'flatFolder'; path: string; archives: number; configurations: number }
  /** Configuration files that are in no set, such as those that are kept in git. The figures are by name. */
  | { kind: 'configurationFolder'; path: string; streams: number; consumers: number }
  /** Configurations as they were before changes: names of the folders in it, the newest first. */
  | { kind: 'undoFolder'; path: string; saved: string[] }
  /** A set whose manifest cannot be read, or a folder that cannot be listed. */
  | { kind: 'damaged'; path: string; problem: BackupError }
  /** A set that is being written, or that nobody writes any more and that may be removed. */
  | { kind: 'partial'; path: string; abandoned: boolean };

export interface FindOptions {
  /** Levels of folders below the first; 3 unless told: a context's folder, a set, and one more. */
  depth?: number;
  /** Called with each folder before it is listed, so that a caller who watches it from then on misses nothing. */
  visit?: (folder: string) => void;
  signal?: AbortSignal;
}

const foldersAtOnce = 16;

/** Folders that are large and hold no backups. */
export const passedOver: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Looks for backups in a folder and below, without opening an archive. Every step waits for the disk off this thread,
 * so that it is never held up. A folder that does not exist holds none.
 *
 * @throws BackupError `cancelled`
 */
export async function* findBackups(root: string, options: FindOptions = {}): AsyncGenerator<FoundBackup, void> {
  yield* search(await lookOrProblem(resolve(root), options), options.depth ?? 3, options);
}

async function* search(look: Look, depth: number, options: FindOptions): AsyncGenerator<FoundBackup, void> {
  if ('problem' in look) {
    if (!isGone(look.problem)) yield { kind: 'damaged', ...look };
    return;
  }
  const { path } = look;
  const set = look.hasManifest ? await readSummary(path) : undefined;
  if (set !== undefined) yield set;
  else if (archivesInFlatFolder(look) > 0) yield flatFolder(look);
  else if (isStreamFolder(look)) yield { kind: 'streamFolder', path };
  else if (isUndoFolder(look)) yield { kind: 'undoFolder', path, saved: savedFolders(look) };
  else {
    if (look.files.some(isConfigurationName)) yield { kind: 'configurationFolder', path, ...countConfigurations(look) };
    if (depth > 0) yield* searchBelow(look, depth, options);
  }
}

function flatFolder(look: FolderLook): FoundBackup {
  const [archives, configurations] = [archivesInFlatFolder(look), countConfigurations(look).streams];
  return { kind: 'flatFolder', path: look.path, archives, configurations };
}

function isUndoFolder(look: FolderLook): boolean {
  return basename(look.path) === undoFolderName && savedFolders(look).length > 0;
}

async function* searchBelow(look: FolderLook, depth: number, options: FindOptions): AsyncGenerator<FoundBackup, void> {
  const names = look.folders.filter((name) => !passedOver.has(name));
  for (const name of names.filter(isPartialFolderName)) {
    const path = join(look.path, name);
    yield { kind: 'partial', path, abandoned: await isAbandoned(path) };
  }
  const others = names.filter((name) => !isPartialFolderName(name));
  const below = await inParallel(others, foldersAtOnce, (name) => lookOrProblem(join(look.path, name), options));
  const streamFolders = below.filter(isStreamLook);
  if (await isAccountFolder(below, streamFolders)) {
    yield { kind: 'accountFolder', path: look.path, streamFolders: streamFolders.length };
    return;
  }
  for (const child of below) yield* search(child, depth - 1, options);
}

/**
 * Streams' folders side by side are an account's backup if nothing else is among them, and each is named for its
 * stream, as the `nats` command line does it. Else each is a backup by itself. A few of the names tell.
 */
async function isAccountFolder(below: Look[], streamFolders: FolderLook[]): Promise<boolean> {
  const alone = below.every((child) => isStreamLook(child) || (!('problem' in child) && isEmptyFolder(child)));
  if (!alone || streamFolders.length === 0) return false;
  const named = await inParallel(streamFolders.slice(0, 8), foldersAtOnce, async ({ path }) => {
    return (await readStreamFolder(path, basename(path))).name === basename(path);
  });
  return named.every(Boolean);
}

function isStreamLook(look: Look): look is FolderLook {
  if ('problem' in look || look.hasManifest) return false;
  return isStreamFolder(look) && archivesInFlatFolder(look) === 0;
}

type Look = FolderLook | { path: string; problem: BackupError };

async function lookOrProblem(path: string, { visit, signal }: FindOptions): Promise<Look> {
  throwIfAborted(signal, 'The search for backups');
  visit?.(path);
  try {
    return await lookInto(path);
  } catch (error) {
    return { path, problem: toBackupError(error) };
  }
}

/** Undefined if the manifest is another program's. */
async function readSummary(path: string): Promise<FoundBackup | undefined> {
  try {
    return { kind: 'set', path, summary: summarize(await readManifest(path)) };
  } catch (error) {
    const problem = toBackupError(error);
    return problem.code === 'notABackup' ? undefined : { kind: 'damaged', path, problem };
  }
}

function isGone(problem: BackupError): boolean {
  return errorNumber(problem.cause) === 'ENOENT';
}
