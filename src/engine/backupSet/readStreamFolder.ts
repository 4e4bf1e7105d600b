import { join } from 'node:path';
import { BackupError, toBackupError } from '../errors';
import { readBackupJson } from './backupJson';
import { withFileErrors } from './fileError';
import { archiveNames, backupJsonName } from './layout';
import { isEmptyFolder, lookInto, type FolderLook } from './lookInto';
import { regularFile } from './readJson';
import type { SourceStream } from './source';

/**
 * Reads one stream's folder, not its archive. What is wrong with it is the entry's `problem`, so that one damaged
 * stream does not hide the others. `fallbackName` is the name where `backup.json` gives none.
 */
export async function readStreamFolder(folder: string, fallbackName: string): Promise<SourceStream> {
  const stream: SourceStream = { name: fallbackName, folder, archiveBytes: 0, missingConsumers: [] };
  let at = folder;
  try {
    const look = await lookInto(folder);
    if (look.hasBackupJson) {
      at = join(folder, backupJsonName);
      const { config, state, sha256 } = await readBackupJson(folder);
      Object.assign(stream, { name: config.name, config, state, backupJsonSha256: sha256 });
    }
    at = folder;
    const archivePath = onlyArchive(look);
    at = archivePath;
    const { size } = await withFileErrors('read the archive', archivePath, () => regularFile(archivePath));
    Object.assign(stream, { archivePath, archiveBytes: size });
  } catch (error) {
    Object.assign(stream, { problem: toBackupError(error), problemPath: at });
  }
  return stream;
}

/** The one archive that can be restored together with a `backup.json`. */
function onlyArchive(look: FolderLook): string {
  const [format, another] = look.archives;
  if (isEmptyFolder(look)) {
    const cause = 'the nats command line leaves such a folder for a memory stream that it could not back up';
    throw new BackupError('notABackup', `${look.path} is empty; ${cause}. Remove it.`);
  }
  if (format === undefined) {
    const wanted = Object.values(archiveNames).join(' or ');
    throw new BackupError('notABackup', `${look.path} holds no archive (${wanted}); the backup was not completed.`);
  }
  if (another !== undefined) {
    const both = Object.values(archiveNames).join(' and ');
    throw new BackupError('notABackup', `${look.path} holds both ${both}. Remove the one that does not belong there.`);
  }
  if (!look.hasBackupJson) {
    const next = `Without its ${backupJsonName} the stream's configuration is not known.`;
    throw new BackupError('notABackup', `${look.path} holds an archive but no ${backupJsonName}. ${next}`);
  }
  return join(look.path, archiveNames[format]);
}
