import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVscode } from '../support/servedVscode';
import type { VscodePage } from '../support/vscodePage';

describe('VS Code as a person sees it', () => {
  let workspace: string;
  let vscode: VscodePage;

  before(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
    vscode = await openVscode({ workspace, theme: 'dark' });
  });
  after(async () => {
    await vscode?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('has the extension installed', async () => {
    await vscode.openContainer('Extensions');
    const row = vscode.page.locator('.extensions-list .monaco-list-row').filter({ hasText: 'JetStream Backup' });
    await row.first().waitFor();
    assert.equal(await row.count(), 1);
  });

  it('runs a command that is searched in the palette', async () => {
    await vscode.runCommand('View: Toggle Primary Side Bar Visibility');
    await vscode.page.locator('.sidebar').waitFor({ state: 'hidden' });
  });
});
