import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileError } from '../../../src/engine/backupSet/fileError';
import { BackupError } from '../../../src/engine/errors';

describe('fileError', () => {
  it('names the path, the cause and the next step', () => {
    const error = fileError(
      thrownBy(() => readFileSync('/no/such/file')),
      'read the file',
      '/no/such/file',
    );
    assert.equal(error.code, 'fileAccess');
    assert.match(error.message, /^Could not read the file \(\/no\/such\/file\): it does not exist\. Check the path;/);
  });

  if (process.platform === 'linux') {
    it('knows a full disk', () => {
      const error = fileError(
        thrownBy(() => writeFileSync('/dev/full', 'x')),
        'write the archive',
        '/backups/a',
      );
      assert.equal(error.code, 'diskFull');
      assert.match(error.message, /\/backups\/a\): the disk is full\. Free some space/);
    });
  }

  it('leaves our own errors as they are, and keeps the text of those it does not know', () => {
    const own = new BackupError('stalled', 'The server sent nothing.');
    assert.equal(fileError(own, 'x', 'y'), own);
    assert.equal(fileError(new Error('odd'), 'read', '/a').message, 'Could not read (/a): odd.');
  });
});

function thrownBy(body: () => void): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
