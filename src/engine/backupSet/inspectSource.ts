import { basename, dirname, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { BackupError, toBackupError } from '../errors';
import { withFileErrors } from './fileError';
import { archivesInFlatFolder, readFlatFolder, readLoneArchive } from './flatFolder';
import { kindOfFile } from './kindOfFile';
import { archiveNames, dataFolder, manifestName } from './layout';
import { isStreamFolder, lookInto, type FolderLook } from './lookInto';
import { readMagic } from './magic';
import { readManifest } from './manifestFile';
import { readAccountFolder } from './readAccountFolder';
import { ifExists } from './readJson';
import { readListedStream, readSet } from './readSet';
import { readStreamFolder } from './readStreamFolder';
import type { BackupSource } from './source';

/**
 * Finds out what it is that somebody wants to restore from or to verify: a set of ours (or its `data` folder), a
 * stream's folder, an account's folder of the `nats` command line, a flat folder of its old `nats backup`, or an archive
 * by itself. Archives are not opened. What is wrong with a
 * single stream is in its entry.
 *
 * @throws BackupError `notABackup`, saying what was found instead; `fileAccess`
 */
export async function inspectSource(source: string): Promise<BackupSource> {
  const path = resolve(source);
  const found = await withFileErrors('read the backup', path, () => stat(path));
  if (!found.isDirectory()) return await archiveAlone(path);
  const look = await lookInto(path);
  const set = look.hasManifest ? await readSet(path) : undefined;
  if (set !== undefined) return set;
  if (archivesInFlatFolder(look) > 0) return await readFlatFolder(look);
  if (isStreamFolder(look)) return await streamFolder(path);
  const around = basename(path) === dataFolder ? await lookInto(dirname(path)) : undefined;
  const setAround = around?.hasManifest === true ? await readSet(around.path) : undefined;
  if (setAround !== undefined) return setAround;
  const streams = await readAccountFolder(path);
  if (streams.some(({ archivePath, config }) => archivePath !== undefined || config !== undefined)) {
    return { kind: 'accountFolder', path, streams };
  }
  throw new BackupError('notABackup', `${path} holds no backup of a stream: ${whatIsIn(look)}`);
}

/** A stream's folder knows more where it is part of a set: its SHA-256, and consumers that the archive lacks. */
async function streamFolder(path: string): Promise<BackupSource> {
  const setPath = dirname(dirname(path));
  if (basename(dirname(path)) === dataFolder && (await ifExists(stat(join(setPath, manifestName)))) !== undefined) {
    try {
      const manifest = await readManifest(setPath);
      const entry = manifest.streams.find(({ folder }) => folder === basename(path));
      if (entry !== undefined) {
        const stream = await readListedStream(setPath, manifest, entry);
        return { kind: 'streamFolder', path, manifest, streams: [stream] };
      }
    } catch (error) {
      const problem = toBackupError(error);
      if (problem.code !== 'notABackup') return { ...(await aloneStream(path)), problem };
    }
  }
  return await aloneStream(path);
}

async function aloneStream(path: string): Promise<BackupSource> {
  return { kind: 'streamFolder', path, streams: [await readStreamFolder(path, basename(path))] };
}

function whatIsIn({ files, folders, linkedFolders }: FolderLook): string {
  const count = folders.length + linkedFolders.length;
  if (files.length + count === 0) return 'it is empty.';
  const configurations = files.filter((file) => /^stream_.*\.json$/.test(file));
  if (configurations.length > 0) {
    return `its ${configurations.length} stream_*.json files are a backup of configuration, without any messages.`;
  }
  const named = [...folders.map((folder) => `${folder}/`), ...files].slice(0, 5).join(', ');
  return `found are ${files.length} files and ${count} folders (${named}). Choose a backup set or a stream's folder.`;
}

/** An archive that belongs to a stream's folder is restored from there, with its configuration. */
async function archiveAlone(path: string): Promise<BackupSource> {
  const inFolder =
    Object.values(archiveNames).includes(basename(path)) && (await lookInto(dirname(path))).hasBackupJson;
  if (inFolder || (await readMagic(path)) === undefined) throw await notAFolder(path);
  return { kind: 'flatFolder', path, streams: [await readLoneArchive(path)] };
}

async function notAFolder(path: string): Promise<BackupError> {
  const next = `Choose its folder, ${dirname(path)}.`;
  return new BackupError('notABackup', `${path} is ${await kindOfFile(path)}, not a folder of a backup. ${next}`);
}
