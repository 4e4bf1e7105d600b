import { open } from 'node:fs/promises';
import { withFileErrors } from './fileError';
import { regularFile } from './readJson';

/** What an archive is wrapped in. Preview servers of 2020 made gzip; all others make S2. */
export type Wrapping = 's2' | 'gzip';

/**
 * What the first bytes of a file say: an archive inside S2 or gzip, or neither.
 *
 * @throws BackupError `fileAccess`
 */
export async function readMagic(path: string): Promise<Wrapping | undefined> {
  return await withFileErrors('read the archive', path, async () => {
    await regularFile(path);
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      const start = buffer.toString('hex', 0, bytesRead);
      if (start === 'ff060000') return 's2';
      return start.startsWith('1f8b') ? 'gzip' : undefined;
    } finally {
      await file.close();
    }
  });
}
