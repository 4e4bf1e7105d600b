import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inParallel } from '../util/inParallel';
import { archiveNames, backupJsonName, configFolder, isConfigurationName, nameOfLoneArchive } from './layout';
import { lookInto } from './lookInto';
import type { Manifest } from './manifest';
import { assignStreamNames, consumerFileName, streamFileName } from './names';
import { ifExists } from './readJson';
import type { BackupSource } from './source';

export type StreamFileKind = 'archive' | 'backupJson' | 'streamConfiguration' | 'consumerConfiguration' | 'other';

/** One file of a backed up stream. */
export interface StreamFile {
  /** Absolute. */
  path: string;
  /** By its place and name. */
  kind: StreamFileKind;
  /** Absent where the file is missing. */
  bytes?: number;
}

/**
 * The files that belong to a stream of a backup: what is in its folder for data, if it has one, then its configuration
 * and its consumers' as the manifest lists them, whether they are there or not.
 *
 * @param folder the stream's folder for data, absolute
 * @throws BackupError `fileAccess` if the folder cannot be listed
 */
export async function filesOfStream(
  source: Pick<BackupSource, 'kind' | 'path' | 'manifest'>,
  stream: string,
  folder: string | undefined,
): Promise<StreamFile[]> {
  const { manifest } = source;
  const flat = source.kind === 'flatFolder';
  const at = flat && folder === undefined ? source.path : folder;
  const names = at === undefined ? [] : (await lookInto(at)).files;
  const data = names.filter((name) => !flat || isInFlatFolder(name, stream)).map((name) => dataFile(at ?? '', name));
  const config = source.kind === 'set' && manifest !== undefined ? configurationsOf(source.path, manifest, stream) : [];
  return await inParallel([...data, ...config], 16, async (file) => {
    const found = await ifExists(stat(file.path));
    return found === undefined ? file : { ...file, bytes: found.size };
  });
}

/** By name: whose `stream.tar.s2` it is in such a folder, only `backup.json` tells. */
function isInFlatFolder(name: string, stream: string): boolean {
  const own = [streamFileName(stream), consumerFileName(stream, '').replace(/\.json$/, '')];
  return nameOfLoneArchive(name) === stream || name === own[0] || name.startsWith(own[1] ?? '');
}

function dataFile(folder: string, name: string): StreamFile {
  const archive = Object.values(archiveNames).includes(name) || nameOfLoneArchive(name) !== undefined;
  const configuration = kindOfConfiguration(name);
  if (configuration !== undefined) return { path: join(folder, name), kind: configuration };
  return { path: join(folder, name), kind: archive ? 'archive' : name === backupJsonName ? 'backupJson' : 'other' };
}

function kindOfConfiguration(name: string): StreamFileKind | undefined {
  if (!isConfigurationName(name)) return undefined;
  return name.includes('_consumer_') ? 'consumerConfiguration' : 'streamConfiguration';
}

/** First the stream's own, then its consumers'. The names of both hang on those of all streams of the set. */
function configurationsOf(set: string, manifest: Manifest, stream: string): StreamFile[] {
  const part = assignStreamNames(manifest.streams.map(({ name }) => name)).get(stream);
  if (part === undefined) return [];
  const own = streamFileName(part);
  const consumers = consumerFileName(part, '').replace(/\.json$/, '');
  return manifest.files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${configFolder}/`))
    .filter((path) => basename(path) === own || basename(path).startsWith(consumers))
    .map((path): StreamFile => {
      const kind = basename(path) === own ? 'streamConfiguration' : 'consumerConfiguration';
      return { path: join(set, path), kind };
    })
    .sort((a, b) => (a.kind === b.kind ? (a.path < b.path ? -1 : 1) : a.kind === 'streamConfiguration' ? -1 : 1));
}
