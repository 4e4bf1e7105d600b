import assert from 'node:assert/strict';
import { appendFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { fileIdentity, readChunks, type ReadOptions } from '../../../src/engine/backupSet/archiveFile';
import { useTempDir } from '../../support/tempDir';

describe('archiveFile', () => {
  const temp = useTempDir();

  async function read(options: ReadOptions): Promise<Buffer[]> {
    const chunks: Buffer[] = [];
    for await (const chunk of readChunks(temp('a'), options)) chunks.push(chunk);
    return chunks;
  }

  it('reads every byte in order, in chunks of the size asked for', async () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
    writeFileSync(temp('a'), bytes);
    for (const readAhead of [0, 1, 50]) {
      const chunks = await read({ chunkSize: 64, readAhead });
      assert.ok(Buffer.concat(chunks).equals(bytes));
      assert.deepEqual(
        chunks.map(({ length }) => length),
        [...Array<number>(15).fill(64), 40],
      );
    }
    assert.equal((await read({})).length, 1);
  });

  it('gives no chunk of an empty file', async () => {
    writeFileSync(temp('a'), '');
    assert.deepEqual(await read({}), []);
  });

  it('notices a file that changed since it was looked at', async () => {
    writeFileSync(temp('a'), 'one');
    const identity = await fileIdentity(temp('a'));
    assert.equal(Buffer.concat(await read({ identity })).toString(), 'one');
    utimesSync(temp('a'), new Date(), new Date('2001-01-01'));
    await assert.rejects(read({ identity }), { code: 'archiveMismatch' });
  });

  it('notices a file that changes while it is read', async () => {
    for (const change of [() => truncateSync(temp('a'), 100), () => appendFileSync(temp('a'), 'x')]) {
      writeFileSync(temp('a'), Buffer.alloc(1000));
      const chunks = readChunks(temp('a'), { chunkSize: 10, readAhead: 0 });
      await chunks.next();
      change();
      const rest = async () => {
        for await (const chunk of chunks) assert.equal(chunk.length, 10);
      };
      await assert.rejects(rest(), { code: 'archiveMismatch' });
    }
  });

  it('stops when it is cancelled', async () => {
    writeFileSync(temp('a'), Buffer.alloc(1000));
    const abort = new AbortController();
    const chunks = readChunks(temp('a'), { chunkSize: 10, signal: abort.signal });
    await chunks.next();
    abort.abort();
    await assert.rejects(chunks.next(), { code: 'cancelled' });
  });

  it('names what is not there or no file', async () => {
    await assert.rejects(read({}), { code: 'fileAccess' });
    await assert.rejects(fileIdentity(temp()), { code: 'fileAccess' });
  });
});
