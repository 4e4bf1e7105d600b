import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freeBytes } from '../../../src/engine/backupSet/freeSpace';
import { useTempDir } from '../../support/tempDir';

describe('freeBytes', () => {
  const temp = useTempDir();

  it('measures the disk that a folder will be on', async () => {
    const { blocks, bsize } = await statfs(temp());
    const free = await freeBytes(temp('not', 'made', 'yet'));
    assert.ok(free > 0 && free <= blocks * bsize);
  });

  it('says where it could not look', async () => {
    writeFileSync(temp('file'), '');
    await assert.rejects(freeBytes(temp('file', 'below')), { code: 'fileAccess' });
  });
});
