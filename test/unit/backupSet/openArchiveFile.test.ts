import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openArchiveFile } from '../../../src/engine/backupSet/openArchiveFile';
import { useTempDir } from '../../support/tempDir';

describe('openArchiveFile', () => {
  const temp = useTempDir();

  it('writes at once, hashes on the way, and names the file by its format', async () => {
    const archive = openArchiveFile(temp());
    const slice = Buffer.from('first');
    archive.write(slice);
    slice.fill(0);
    archive.write(Buffer.from(' second'));
    assert.equal(readFileSync(temp('archive.partial'), 'utf8'), 'first second');
    assert.equal(archive.bytes, 12);
    const sha256 = createHash('sha256').update('first second').digest('hex');
    assert.deepEqual(await archive.finish('v2'), { name: 'stream.arc.s2', size: 12, sha256 });
    assert.deepEqual(readdirSync(temp()), ['stream.arc.s2']);
    archive.abort();
    assert.deepEqual(readdirSync(temp()), ['stream.arc.s2']);
  });

  it('leaves nothing after abort', () => {
    const archive = openArchiveFile(temp());
    archive.write(Buffer.from('x'));
    archive.abort();
    archive.abort();
    assert.deepEqual(readdirSync(temp()), []);
    assert.throws(() => archive.write(Buffer.from('x')), { code: 'internal' });
  });

  it('does not put a second archive beside or over the first', async () => {
    writeFileSync(temp('stream.arc.s2'), 'first');
    const archive = openArchiveFile(temp());
    archive.write(Buffer.from('second'));
    await assert.rejects(archive.finish('v1'), { code: 'fileAccess' });
    archive.abort();
    assert.deepEqual(readdirSync(temp()), ['stream.arc.s2']);
    assert.equal(readFileSync(temp('stream.arc.s2'), 'utf8'), 'first');
  });

  it('names the folder that is not there', () => {
    assert.throws(
      () => openArchiveFile(temp('gone')),
      (error: Error & { code: string }) => error.code === 'fileAccess' && error.message.includes(temp('gone')),
    );
  });
});
