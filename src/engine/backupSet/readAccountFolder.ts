import { basename, join } from 'node:path';
import { BackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import { nameOfLoneArchive } from './layout';
import { isEmptyFolder, isStreamFolder, lookInto } from './lookInto';
import { readStreamFolder } from './readStreamFolder';
import type { SourceStream } from './source';

const foldersAtOnce = 16;

/**
 * The streams in a folder of streams' folders, in the order of the folders' names. Empty folders are among them, each
 * with its problem; what is no stream's folder is not, nor what is not `wanted` (asked with the folder's path).
 *
 * @throws BackupError `fileAccess`
 */
export async function readAccountFolder(
  path: string,
  wanted: (folder: string) => boolean = () => true,
): Promise<SourceStream[]> {
  const { folders, linkedFolders } = await lookInto(path);
  const names = [...folders, ...linkedFolders].sort().filter((name) => wanted(join(path, name)));
  const found = await inParallel(names, foldersAtOnce, async (name): Promise<SourceStream[]> => {
    const look = await lookInto(join(path, name));
    return isStreamFolder(look) || isEmptyFolder(look) ? [await readStreamFolder(look.path, name)] : [];
  });
  return withoutDoubles(found.flat());
}

/** Of two folders or archives with the same stream nobody can say which is meant. */
export function withoutDoubles(streams: SourceStream[]): SourceStream[] {
  const folders = new Map<string, string>();
  return streams.map((stream) => {
    const at = placeOf(stream);
    const other = folders.get(stream.name);
    folders.set(stream.name, at);
    if (other === undefined || stream.problem !== undefined) return stream;
    const message = `${at} holds stream ${stream.name}, and so does ${other}. Restore from one of them alone.`;
    return { ...stream, problem: new BackupError('notABackup', message), problemPath: at };
  });
}

/** Several archives may be in one folder, which then does not tell them apart. */
function placeOf({ folder, archivePath }: SourceStream): string {
  return archivePath !== undefined && nameOfLoneArchive(basename(archivePath)) !== undefined ? archivePath : folder;
}
