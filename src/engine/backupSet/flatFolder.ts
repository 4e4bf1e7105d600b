import { basename, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { BackupError, toBackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import type { FoundConfiguration } from './gathered';
import { isConfigurationName, nameOfLoneArchive } from './layout';
import { isStreamFolder, lookInto, type FolderLook } from './lookInto';
import { readMagic } from './magic';
import { nameConsumers } from './nameConsumers';
import { withoutDoubles } from './readAccountFolder';
import { readConfigurationFile, type ReadConfiguration } from './readConfigurationFile';
import { readStreamFolder } from './readStreamFolder';
import type { BackupSource, SourceStream } from './source';

const filesAtOnce = 16;

/**
 * How many archives a folder seems to hold side by side with configurations, as `nats backup` wrote it until 2022: each
 * stream's as `stream_<name>.tgz`, later only the last one's. 0 if it is no such folder.
 */
export function archivesInFlatFolder(look: FolderLook): number {
  const lone = look.files.filter((name) => nameOfLoneArchive(name) !== undefined).length;
  if (lone > 0) return lone + (isStreamFolder(look) ? 1 : 0);
  return isStreamFolder(look) && look.files.some(isConfigurationName) ? 1 : 0;
}

/** Reads a folder of which {@link archivesInFlatFolder} says that it holds some. Archives are not opened. */
export async function readFlatFolder(look: FolderLook): Promise<BackupSource> {
  const { path } = look;
  const read = await inParallel(look.files.filter(isConfigurationName), filesAtOnce, (name) =>
    readConfigurationFile(join(path, name)),
  );
  const lone = look.files.filter((name) => nameOfLoneArchive(name) !== undefined);
  const streams = await inParallel(lone, filesAtOnce, (name) => loneArchive(join(path, name), read));
  if (isStreamFolder(look)) streams.push(await readStreamFolder(path, basename(path)));
  const all = withoutDoubles(streams);
  const held = new Set(all.map(({ name }) => name));
  const configured = nameConsumers(read).found.flatMap(({ kind, stream }) => (kind === 'stream' ? [stream] : []));
  const configurationOnly = [...new Set(configured)].filter((name) => !held.has(name)).sort();
  return { kind: 'flatFolder', path, streams: all, configurationOnly };
}

/** An archive by itself, with the configuration that may stand beside it. */
export async function readLoneArchive(path: string): Promise<SourceStream> {
  const guess = nameOfLoneArchive(basename(path));
  const beside = guess === undefined ? undefined : join(path, '..', `stream_${guess}.json`);
  const look = await lookInto(join(path, '..'));
  const has = beside !== undefined && look.files.includes(basename(beside));
  return await loneArchive(path, has ? [await readConfigurationFile(beside)] : []);
}

async function loneArchive(path: string, read: readonly ReadConfiguration[]): Promise<SourceStream> {
  const guess = nameOfLoneArchive(basename(path)) ?? basename(path);
  const stream: SourceStream = { name: guess, folder: join(path, '..'), archiveBytes: 0, missingConsumers: [] };
  let at = path;
  try {
    const { size } = await stat(path);
    if ((await readMagic(path)) === undefined) {
      const text = `${path} is no archive: it begins neither as S2 nor as gzip. Use another backup.`;
      throw new BackupError('archiveDamaged', text);
    }
    Object.assign(stream, { archivePath: path, archiveBytes: size });
    const beside = read.find(({ file }) => basename(file) === `stream_${guess}.json`);
    if (beside === undefined) return stream;
    at = beside.file;
    const config = configurationOf(beside);
    return { ...stream, name: config.stream, config: config.config };
  } catch (error) {
    return { ...stream, problem: toBackupError(error), problemPath: at };
  }
}

function configurationOf(beside: ReadConfiguration): Extract<FoundConfiguration, { kind: 'stream' }> {
  const { found, problems } = nameConsumers([beside]);
  const [problem] = problems;
  if (problem !== undefined) throw problem.error;
  const stream = found.find((each) => each.kind === 'stream');
  if (stream?.kind === 'stream') return stream;
  throw new BackupError('notABackup', `${beside.file} is not the configuration of a stream. Move it away.`);
}
