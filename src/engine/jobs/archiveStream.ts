import { gzipToS2 } from '../archive/gzipToS2';
import { readChunks, type FileIdentity } from '../backupSet/archiveFile';
import { readMagic } from '../backupSet/magic';

/** An archive's bytes as a server takes them, and how far its file is read. */
export interface ArchiveStream {
  chunks: AsyncGenerator<Uint8Array, void>;
  readonly fileBytes: number;
}

/**
 * Reads an archive from disk in the calling thread; one inside gzip is recompressed on the way.
 *
 * @param identity what the file must still be, at the beginning and at the end
 * @throws BackupError `fileAccess`; the chunks also `archiveMismatch`, `archiveDamaged`, `archiveTruncated`, `cancelled`
 */
export async function openArchiveStream(
  path: string,
  identity: FileIdentity,
  signal: AbortSignal,
): Promise<ArchiveStream> {
  const progress = { fileBytes: 0 };
  const file = counted(readChunks(path, { signal, identity }), progress);
  const chunks = (await readMagic(path)) === 'gzip' ? gzipToS2(file) : file;
  return {
    chunks,
    get fileBytes() {
      return progress.fileBytes;
    },
  };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  progress: { fileBytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    progress.fileBytes += chunk.length;
    yield chunk;
  }
}
