import { join } from 'node:path';
import { BackupError, toBackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import type { ConfigurationArchive, ConfigurationProblem } from './configurationSource';
import type { FoundConfiguration, Gathered } from './gathered';
import { backupJsonName, configFolder, dataFolder, isConfigurationName, manifestName } from './layout';
import { lookInto } from './lookInto';
import type { Manifest } from './manifest';
import { readManifest } from './manifestFile';
import { nameConsumers } from './nameConsumers';
import { consumerFileName, streamFileName } from './names';
import { problemOf, readConfigurationFile, type ReadConfiguration } from './readConfigurationFile';
import { readListedStream, readSet } from './readSet';
import type { SourceStream } from './source';

const filesAtOnce = 16;

/** What a set holds, and the context that it was made from, where its manifest can be read. */
export type SetConfigurations = Gathered & { context?: string };

/**
 * What a set holds of configuration: its `config` folder, and of streams that are not in it what stands in their
 * `backup.json`, their archives and the manifest.
 *
 * @param only the folder in `data` of the one stream that is wanted
 * @returns undefined if the folder's `manifest.json` is another program's
 * @throws BackupError `fileAccess`
 */
export async function setConfigurations(path: string, only?: string): Promise<SetConfigurations | undefined> {
  const manifest = await manifestOf(path);
  if (manifest === undefined) return undefined;
  const known = manifest instanceof BackupError ? undefined : limitedTo(manifest, only);
  const read = await readConfig(path, only);
  const { found, problems } = nameConsumers(read);
  const named = new Set(found.flatMap((each) => (each.kind === 'stream' ? [each.stream] : [])));
  const streams = known === undefined ? await foundStreams(path, only) : await listedStreams(path, known, named);
  const data = fromData(streams.filter(({ name }) => !named.has(name)));
  const file = join(path, manifestName);
  return {
    found: [
      ...(known === undefined ? found : withChangesTold(path, known, found, read)),
      ...data.found,
      ...fromManifest(file, known),
    ],
    problems: [
      ...(manifest instanceof BackupError ? [problemOf(file, manifest)] : []),
      ...lostFiles(path, known, read),
      ...problems,
      ...data.problems,
    ],
    archives: data.archives,
    ...(known === undefined ? {} : { context: known.context }),
  };
}

/** Undefined if it is another program's; the error if it is damaged. */
async function manifestOf(path: string): Promise<Manifest | BackupError | undefined> {
  try {
    return await readManifest(path);
  } catch (thrown) {
    const error = toBackupError(thrown);
    return error.code === 'notABackup' ? undefined : error;
  }
}

function limitedTo(manifest: Manifest, only: string | undefined): Manifest {
  if (only === undefined) return manifest;
  return {
    ...manifest,
    streams: manifest.streams.filter(({ folder }) => folder === only),
    files: manifest.files.filter(({ path }) => path.startsWith(`${dataFolder}/${only}/`) || isOf(only, path)),
  };
}

/** A stream has the same part in the names of its folder and of its files. */
function isOf(part: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === streamFileName(part) || name.startsWith(consumerFileName(part, '').replace(/\.json$/, ''));
}

async function readConfig(path: string, only: string | undefined): Promise<ReadConfiguration[]> {
  const { folders, linkedFolders } = await lookInto(path);
  if (![...folders, ...linkedFolders].includes(configFolder)) return [];
  const folder = join(path, configFolder);
  const names = (await lookInto(folder)).files.filter(isConfigurationName);
  const wanted = only === undefined ? names : names.filter((name) => isOf(only, name));
  return await inParallel(wanted, filesAtOnce, (name) => readConfigurationFile(join(folder, name), path));
}

async function listedStreams(path: string, manifest: Manifest, named: ReadonlySet<string>): Promise<SourceStream[]> {
  const wanted = manifest.streams.filter(({ name, folder }) => folder !== undefined && !named.has(name));
  return await inParallel(wanted, filesAtOnce, (entry) => readListedStream(path, manifest, entry));
}

async function foundStreams(path: string, only: string | undefined): Promise<SourceStream[]> {
  const streams = (await readSet(path))?.streams ?? [];
  return only === undefined ? streams : streams.filter(({ folder }) => folder === join(path, dataFolder, only));
}

/** A person may have edited a file of a set. It is used as it is, and said so. */
function withChangesTold(
  path: string,
  { files }: Manifest,
  found: FoundConfiguration[],
  read: readonly ReadConfiguration[],
): FoundConfiguration[] {
  const listed = new Map(files.map((file) => [join(path, file.path), file.sha256]));
  const now = new Map(read.map((each) => [each.file, 'sha256' in each ? each.sha256 : '']));
  return found.map((each) => {
    const { file, warnings = [] } = each;
    const saved = listed.get(file);
    if (saved === now.get(file)) return each;
    const what = saved === undefined ? 'is not in the manifest of its set' : 'is not as it was backed up';
    return { ...each, warnings: [...warnings, `${file} ${what}: it was changed by hand. It is used as it is.`] };
  });
}

function lostFiles(
  path: string,
  manifest: Manifest | undefined,
  read: readonly ReadConfiguration[],
): ConfigurationProblem[] {
  const there = new Set(read.map(({ file }) => file));
  const lost = (manifest?.files ?? [])
    .filter((file) => file.path.startsWith(`${configFolder}/`))
    .map((file) => join(path, file.path))
    .filter((file) => !there.has(file));
  return lost.map((file) => {
    const text = `${file} is not there, although the manifest of its set lists it. It was deleted or moved since.`;
    return { file, error: new BackupError('fileAccess', text) };
  });
}

function fromData(streams: readonly SourceStream[]): Gathered {
  const found: FoundConfiguration[] = [];
  const problems: ConfigurationProblem[] = [];
  const archives: ConfigurationArchive[] = [];
  for (const { name, folder, config, archivePath, archiveBytes, problem, problemPath } of streams) {
    if (problem !== undefined) problems.push(problemOf(problemPath ?? folder, problem));
    else if (config !== undefined && archivePath !== undefined) {
      const file = join(folder, backupJsonName);
      found.push({ kind: 'stream', stream: name, config, file, form: 'backupJson' });
      archives.push({ path: archivePath, bytes: archiveBytes, stream: name, configurationKnown: true });
    }
  }
  return { found, problems, archives };
}

/** Consumers that the server left out of a snapshot. */
function fromManifest(file: string, manifest: Manifest | undefined): FoundConfiguration[] {
  return (manifest?.streams ?? []).flatMap(({ name, missingConsumers }) =>
    missingConsumers
      .filter(({ config }) => config.durable_name !== undefined && config.durable_name !== '')
      .map(({ name: consumer, config }): FoundConfiguration => {
        return { kind: 'consumer', stream: name, consumer, config, file, form: 'manifest' };
      }),
  );
}
