import { open, stat } from 'node:fs/promises';
import { withFileErrors } from './fileError';

/** What the first bytes of a file say it is, to complete "This is …". */
export async function kindOfFile(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) return 'no regular file';
  const start = await withFileErrors('read the file', path, async () => {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(10), 0, 10, 0);
      return buffer.toString('hex', 0, bytesRead);
    } finally {
      await file.close();
    }
  });
  if (start.startsWith('ff060000')) return 'an archive by itself';
  if (start.startsWith('1f8b')) return 'a gzip file';
  return start.startsWith('7b') ? 'a JSON file' : 'a file';
}
