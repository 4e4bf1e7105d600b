import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

for (const theme of ['dark', 'light'] as const) {
  describe(`configuration as files by clicks, ${theme}`, () => {
    let folder: string;
    let server: NatsServer;
    let vscode: VscodePage;
    const file = (name: string) => join(folder, 'workspace', 'jetstream-backups', 'local', 'config', name);
    const edit = (name: string, from: string, to: string) => {
      const text = readFileSync(file(name), 'utf8');
      assert.ok(text.includes(from), `${name} has no ${from}`);
      writeFileSync(file(name), text.replace(from, to));
    };
    const maxMsgs = () => withClient(server.url, async (_, jsm) => (await jsm.streams.info('ORDERS')).config.max_msgs);

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'clicks-'));
      server = await startNatsServer({ version });
      await makeSampleStreams(server.url);
      mkdirSync(join(folder, 'config', 'nats', 'context'), { recursive: true });
      writeFileSync(join(folder, 'config', 'nats', 'context', 'local.json'), JSON.stringify({ url: server.url }));
      mkdirSync(join(folder, 'workspace'));
      vscode = await openVscode({
        workspace: join(folder, 'workspace'),
        env: { XDG_CONFIG_HOME: join(folder, 'config') },
        theme,
      });
    });
    after(async () => {
      await vscode?.close();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is exported, and its changed files are opened', async () => {
      await vscode.runCommand('JetStream: Back Up Configuration…');
      await vscode.notification(/Configuration of local: 5 files written/);
      await vscode.screenshot(`configuration-exported-${theme}`);
      await vscode.clickNotification(/Configuration of local/, 'Open Changed Files');
      await vscode.page.locator('.tab').filter({ hasText: 'stream_ORDERS_consumer_NEW.json' }).waitFor();
      await vscode.screenshot(`configuration-file-${theme}`);
      await vscode.runCommand('View: Close All Editors');
    });

    it('is planned, reviewed, applied and undone', async () => {
      await deleteStream(server.url, 'EVENTS');
      edit('stream_ORDERS.json', '"max_msgs": -1', '"max_msgs": 100000');
      edit('stream_KV_settings.json', '"storage": "file"', '"storage": "memory"');
      await vscode.runCommand('JetStream: Restore Configuration…');
      await vscode.pickQuickPick('Configuration files of local');
      const lens = (text: string) => vscode.page.locator('.codelens-decoration a').filter({ hasText: text });
      await lens('Update Streams That Exist').waitFor();
      await vscode.screenshot(`plan-${theme}`);
      await lens('Update Streams That Exist').click();
      await lens('Apply (2)').waitFor();
      await vscode.screenshot(`plan-updates-${theme}`);
      await lens('Apply (2)').click();
      await vscode.notification(/Configuration of local: 1 created, 1 updated/);
      await vscode.screenshot(`plan-applied-${theme}`);
      assert.equal(await maxMsgs(), 100000);
      await lens('Undo').click();
      await lens('Apply (1)').click();
      await vscode.notification(/Configuration of local: 1 updated/);
      await vscode.screenshot(`plan-undone-${theme}`);
      assert.equal(await maxMsgs(), -1);
    });

    it('is changed in many streams at once', async () => {
      await vscode.runCommand('Notifications: Clear All Notifications');
      await vscode.runCommand('View: Close All Editors');
      await vscode.runCommand('JetStream: Change Streams…');
      await vscode.pickMany(['EVENTS', 'ORDERS']);
      const lens = (text: string) => vscode.page.locator('.codelens-decoration a').filter({ hasText: text });
      await lens('Plan the Change of 2 streams of local').waitFor();
      await vscode.screenshot(`change-streams-${theme}`);
    });
  });
}
