import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeContextFiles } from '../support/contextFiles';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { startRelay, type Relay } from '../support/relay';
import { deleteStream, makeSampleStreams, readStream, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

for (const theme of ['dark', 'light'] as const) {
  describe(`backup and restore by clicks, ${theme}`, () => {
    let folder: string;
    let server: NatsServer;
    let slow: Relay;
    let vscode: VscodePage;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'clicks-'));
      server = await startNatsServer({ version });
      await makeSampleStreams(server.url);
      await makeBigStream(server.url);
      slow = await startRelay({ target: `127.0.0.1:${server.port}`, bytesPerSecond: 512 * 1024 });
      writeContextFiles(join(folder, 'config'), { local: { url: server.url }, slow: { url: slow.url } });
      mkdirSync(join(folder, 'workspace'));
      vscode = await openVscode({
        workspace: join(folder, 'workspace'),
        env: { XDG_CONFIG_HOME: join(folder, 'config') },
        settings: { 'jetstream.progress': theme === 'dark' ? 'notification' : 'log' },
        theme,
      });
    });
    after(async () => {
      await vscode?.close();
      await slow?.cut();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('backs up an account, says what was kept, and restores a stream of it', async () => {
      await vscode.runCommand('JetStream: Back Up Account…');
      await vscode.pickQuickPick('local');
      await vscode.pickQuickPick('Configuration and data');
      await vscode.notification(/Backed up and verified 4 streams/);
      await vscode.screenshot(`backup-done-${theme}`);
      const [set = ''] = readdirSync(join(folder, 'workspace', 'jetstream-backups', 'local'));

      const before = await readStream(server.url, 'ORDERS');
      await deleteStream(server.url, 'ORDERS');
      await vscode.runCommand('Notifications: Clear All Notifications');
      await vscode.runCommand('JetStream: Restore Streams…');
      await vscode.chooseFolder(join(folder, 'workspace', 'jetstream-backups', 'local', set));
      await vscode.quickPickRow('ORDERS').waitFor();
      await vscode.screenshot(`restore-streams-${theme}`);
      await vscode.untickAll();
      await vscode.pickMany(['ORDERS']);
      await vscode.pickQuickPick('local');
      await vscode.dialog(/Restore ORDERS into local\?/);
      await vscode.screenshot(`restore-plan-${theme}`);
      await vscode.answerDialog('Restore');
      await vscode.notification(/Read back and equal to the backup/);
      await vscode.screenshot(`restore-done-${theme}`);
      assert.match(await vscode.editorText(), /Information for Stream ORDERS/);
      assert.deepEqual(await readStream(server.url, 'ORDERS'), before);
    });

    it('is cancelled by a click and keeps nothing', async () => {
      await vscode.runCommand('Notifications: Clear All Notifications');
      await vscode.runCommand('JetStream: Back Up Streams…');
      await vscode.pickQuickPick('slow');
      await vscode.pickMany(['BIG']);
      if (theme === 'dark') {
        const running = await vscode.notification(/MiB of/);
        await vscode.screenshot(`backup-running-${theme}`);
        await running.hover();
        await running.getByRole('button', { name: 'Cancel' }).click();
      } else {
        const item = vscode.page.locator('.statusbar-item').filter({ hasText: /Backing up BIG of slow \d+ %/ });
        await item.waitFor();
        await vscode.screenshot(`backup-running-${theme}`);
        await item.click();
      }
      await vscode.notification(/Nothing was kept\. BIG was cancelled/);
      await vscode.screenshot(`backup-cancelled-${theme}`);
      assert.deepEqual(readdirSync(join(folder, 'workspace', 'jetstream-backups')), ['local']);
    });
  });
}

/** 20 MB that do not compress, so that a slow link shows. */
async function makeBigStream(url: string): Promise<void> {
  await withClient(url, async (nc, jsm) => {
    await jsm.streams.add({ name: 'BIG', subjects: ['big'] });
    const js = nc.jetstream();
    const body = Buffer.concat(Array.from({ length: 8 }, () => crypto.getRandomValues(new Uint8Array(64 * 1024))));
    for (let count = 0; count < 35; count += 1) await js.publish('big', body);
  });
}
