import { basename, join } from 'node:path';
import { BackupError, toBackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import { assertInside } from './assertInside';
import { backupJsonName, dataFolder } from './layout';
import { lookInto } from './lookInto';
import type { Manifest, ManifestFile, ManifestStream } from './manifest';
import { readManifest } from './manifestFile';
import { readAccountFolder } from './readAccountFolder';
import { readStreamFolder } from './readStreamFolder';
import type { BackupSource, SourceStream } from './source';

const foldersAtOnce = 16;

/**
 * Reads a set: its manifest and each stream's `backup.json`. A manifest that is damaged does not hide the streams,
 * since each folder in `data` stands for itself; what is wrong with it is the source's `problem`.
 *
 * @returns undefined if the folder's `manifest.json` is another program's
 */
export async function readSet(path: string): Promise<BackupSource | undefined> {
  let manifest: Manifest;
  try {
    manifest = await readManifest(path);
  } catch (error) {
    const problem = toBackupError(error);
    if (problem.code === 'notABackup') return undefined;
    return { kind: 'set', path, problem, streams: await foldersOf(path) };
  }
  return { kind: 'set', path, manifest, streams: await streamsOf(path, manifest) };
}

/** Reads one stream of a set whose manifest is known. Its problem also says where it is not what the manifest names. */
export async function readListedStream(path: string, manifest: Manifest, entry: ManifestStream): Promise<SourceStream> {
  const files = manifest.files.filter((file) => file.path.startsWith(`${dataFolder}/${entry.folder}/`));
  return await readListed(path, entry, new Map(files.map((file) => [file.path, file])));
}

async function streamsOf(path: string, manifest: Manifest): Promise<SourceStream[]> {
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const entries = manifest.streams.filter(({ folder }) => folder !== undefined);
  const listed = await inParallel(entries, foldersAtOnce, (entry) => readListed(path, entry, files));
  const known = new Set(listed.map(({ folder }) => folder));
  const others = await foldersOf(path, (folder) => !known.has(folder));
  return [...listed, ...others.map(unlisted)];
}

async function readListed(
  path: string,
  entry: ManifestStream,
  files: Map<string, ManifestFile>,
): Promise<SourceStream> {
  const found = await readStreamFolder(join(path, dataFolder, entry.folder ?? ''), entry.name);
  const stream = { ...found, name: entry.name, manifestEntry: entry, missingConsumers: entry.missingConsumers };
  const { archivePath } = found;
  if (archivePath === undefined || stream.problem !== undefined) return stream;
  let at = archivePath;
  try {
    await assertInside(path, archivePath);
    at = join(stream.folder, backupJsonName);
    await assertInside(path, at);
    if (found.name !== entry.name) {
      const message = `${stream.folder} is of stream ${found.name}, but the manifest names ${entry.name}.`;
      throw new BackupError('archiveMismatch', message);
    }
    const listed = (name: string) => files.get(`${dataFolder}/${entry.folder}/${name}`);
    assertBackupJson(stream, listed(backupJsonName));
    at = archivePath;
    const archive = listed(basename(archivePath));
    assertArchive(archivePath, stream.archiveBytes, archive);
    return { ...stream, sha256: archive.sha256 };
  } catch (error) {
    return { ...stream, problem: toBackupError(error), problemPath: at };
  }
}

/** The configuration that would be restored is proved here; the archive is proved when it is read. */
function assertBackupJson({ folder, backupJsonSha256 }: SourceStream, file: ManifestFile | undefined): void {
  if (file !== undefined && file.sha256 === backupJsonSha256) return;
  const path = join(folder, backupJsonName);
  const next =
    'To restore with another configuration leave the file as it was and give the configuration to the restore.';
  throw new BackupError('archiveMismatch', `${path} is not the file that was backed up: its SHA-256 differs. ${next}`);
}

function assertArchive(path: string, size: number, file: ManifestFile | undefined): asserts file is ManifestFile {
  if (file === undefined) {
    throw new BackupError('archiveMismatch', `${path} is not in the manifest of its backup set.`);
  }
  if (size !== file.size) {
    const message = `${path} is ${size} bytes long, but the manifest says ${file.size}.`;
    throw new BackupError(size < file.size ? 'archiveTruncated' : 'archiveMismatch', message);
  }
}

function unlisted(stream: SourceStream): SourceStream {
  if (stream.problem !== undefined) return stream;
  const message = `${stream.folder} is not in the manifest of its backup set. Restore it as a folder of its own.`;
  return { ...stream, problem: new BackupError('archiveMismatch', message), problemPath: stream.folder };
}

async function foldersOf(path: string, wanted?: (folder: string) => boolean): Promise<SourceStream[]> {
  const { folders, linkedFolders } = await lookInto(path);
  const hasData = [...folders, ...linkedFolders].includes(dataFolder);
  return hasData ? await readAccountFolder(join(path, dataFolder), wanted) : [];
}
