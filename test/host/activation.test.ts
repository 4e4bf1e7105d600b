import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { extensions } from 'vscode';

describe('the extension', () => {
  it('is there, as its bundle, and activates', async () => {
    const extension = extensions.getExtension('jetstream-backup.jetstream-backup');
    assert.ok(extension, 'VS Code does not know the extension');
    assert.ok(existsSync(`${extension.extensionPath}/dist/extension.js`), `no bundle in ${extension.extensionPath}`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
