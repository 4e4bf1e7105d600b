import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeContextFiles } from '../support/contextFiles';
import { openVscode } from '../support/servedVscode';
import type { VscodePage } from '../support/vscodePage';
import { content, newSet, writeData } from '../unit/backupSet/sampleSet';

describe('a workspace that is not trusted', () => {
  let folder: string;
  let vscode: VscodePage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    const workspace = join(folder, 'workspace');
    mkdirSync(join(workspace, '.vscode'), { recursive: true });
    const wish = { 'jetstream.backupFolder': join(folder, 'planted') };
    writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify(wish));
    await makeSet(join(folder, 'planted'), ['PLANTED']);
    await makeSet(join(workspace, 'jetstream-backups'), ['ONE', 'TWO']);
    writeContextFiles(join(folder, 'config'), { mine: { url: 'nats://127.0.0.1:4222' } });
    // A context that the workspace would like to be used.
    writeContextFiles(workspace, { theirs: { url: 'nats://127.0.0.1:4222' } });
    vscode = await openVscode({
      workspace,
      env: { XDG_CONFIG_HOME: join(folder, 'config') },
      theme: 'dark',
      trust: false,
    });
    await vscode.openContainer('JetStream');
  });
  after(async () => {
    await vscode?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('supplies neither contexts nor the place of backups', async () => {
    await vscode.treeRow('Contexts', /^mine/);
    assert.deepEqual(await vscode.treeRows('Contexts'), ['mine | nats://127.0.0.1:4222']);
    await vscode.treeRow('Backups', /local · verified · 2 streams/);
    assert.equal((await vscode.treeRows('Backups')).length, 1);
    await vscode.screenshot('restricted-mode');
  });

  it('supplies the place of backups once it is trusted', async () => {
    await vscode.runCommand('Workspaces: Manage Workspace Trust');
    await vscode.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await vscode.treeRow('Backups', /local · verified · 1 stream/);
    assert.equal((await vscode.treeRows('Backups')).length, 1);
  });

  it('needs no folder for contexts, and for backups asks for one', async () => {
    await vscode.openWithoutFolder();
    await vscode.openContainer('JetStream');
    await vscode.treeRow('Contexts', /^mine/);
    for (const name of ['Open Folder', 'Open Backup Folder']) {
      await vscode.view('Backups').getByRole('button', { name, exact: true }).waitFor();
    }
    await vscode.screenshot('no-folder');
  });
});

async function makeSet(backupFolder: string, streams: string[]): Promise<void> {
  const set = await newSet(backupFolder, streams);
  for (const stream of streams) await writeData(set, stream);
  await set.finish(content(streams));
}
