import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveFormat } from '../model';
import { withFileErrors } from './fileError';
import { archiveNames, backupJsonName, manifestName } from './layout';
import { ifExists } from './readJson';

/** What a folder's names say, before anything in it is read. */
export interface FolderLook {
  path: string;
  hasManifest: boolean;
  hasBackupJson: boolean;
  /** By their names only: archive V2 may well be called `stream.tar.s2`. */
  archives: ArchiveFormat[];
  files: string[];
  folders: string[];
  /** Symbolic links to folders; a search does not follow them, since they may lead round in a circle. */
  linkedFolders: string[];
}

/** @throws BackupError `fileAccess` */
export async function lookInto(path: string): Promise<FolderLook> {
  const files: string[] = [];
  const folders: string[] = [];
  const linkedFolders: string[] = [];
  await withFileErrors('list the folder', path, async () => {
    // Piece by piece, because somebody's folder may hold a million files.
    for await (const entry of await opendir(path, { bufferSize: 512 })) {
      if (entry.isDirectory()) folders.push(entry.name);
      else if (!entry.isSymbolicLink()) files.push(entry.name);
      else if ((await ifExists(stat(join(path, entry.name))))?.isDirectory()) linkedFolders.push(entry.name);
      else files.push(entry.name);
    }
  });
  return {
    path,
    hasManifest: files.includes(manifestName),
    hasBackupJson: files.includes(backupJsonName),
    archives: (['v1', 'v2'] as const).filter((format) => files.includes(archiveNames[format])),
    files: files.sort(),
    folders: folders.sort(),
    linkedFolders: linkedFolders.sort(),
  };
}

/** Whether a folder looks like one stream's data, whole or not. */
export function isStreamFolder(look: FolderLook): boolean {
  return look.hasBackupJson || look.archives.length > 0;
}

/** Whether nothing at all is in the folder, as the `nats` command line leaves it for a stream it could not back up. */
export function isEmptyFolder({ files, folders, linkedFolders }: FolderLook): boolean {
  return files.length + folders.length + linkedFolders.length === 0;
}
