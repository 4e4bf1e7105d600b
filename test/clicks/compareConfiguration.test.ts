import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

for (const theme of ['dark', 'light'] as const) {
  describe(`configuration compared by clicks, ${theme}`, () => {
    let folder: string;
    let server: NatsServer;
    let vscode: VscodePage;
    const file = (name: string) => join(folder, 'workspace', 'jetstream-backups', 'prod', 'config', name);
    const edit = (name: string, from: string, to: string) => {
      const text = readFileSync(file(name), 'utf8');
      assert.ok(text.includes(from), `${name} has no ${from}`);
      writeFileSync(file(name), text.replace(from, to));
    };
    const update = (changes: object) =>
      withClient(server.url, async (_, jsm) => {
        const { config } = await jsm.streams.info('ORDERS');
        await jsm.streams.update('ORDERS', { ...config, ...changes });
      });
    const tab = (title: string | RegExp) => vscode.page.locator('.tab').filter({ hasText: title });
    const compared = () =>
      vscode.page
        .locator('.notifications-toasts .notification-list-item')
        .filter({ hasText: 'Comparing' })
        .waitFor({ state: 'hidden' });
    const modified = () => vscode.page.locator('.editor.modified .view-lines').first();

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'clicks-'));
      server = await startNatsServer({ version });
      await makeSampleStreams(server.url);
      mkdirSync(join(folder, 'config', 'nats', 'context'), { recursive: true });
      writeFileSync(join(folder, 'config', 'nats', 'context', 'prod.json'), JSON.stringify({ url: server.url }));
      mkdirSync(join(folder, 'workspace'));
      vscode = await openVscode({
        workspace: join(folder, 'workspace'),
        env: { XDG_CONFIG_HOME: join(folder, 'config') },
        theme,
      });
      await vscode.runCommand('JetStream: Back Up Configuration…');
      await vscode.clickNotification(/5 files written/, 'Open Changed Files');
      await tab('stream_ORDERS_consumer_NEW.json').waitFor();
      await vscode.runCommand('View: Close All Editors');
      await vscode.runCommand('Notifications: Clear All Notifications');
    });
    after(async () => {
      await vscode?.close();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('says so where a context is as its files say', async () => {
      await vscode.openContainer('JetStream');
      await vscode.contextMenu('Contexts', 'prod', 'Compare with Live');
      await vscode.notification(
        /No difference: jetstream-backups\/prod\/config ↔ live in prod, 3 streams and 2 consumers/,
      );
      await compared();
      await vscode.screenshot(`compare-same-${theme}`);
      await vscode.runCommand('Notifications: Clear All Notifications');
    });

    it('shows one stream in the diff editor, which follows the server', async () => {
      edit('stream_ORDERS.json', '"max_age": 0', '"max_age": 86400000000000');
      await vscode.expandTreeRow('Contexts', 'prod');
      await vscode.contextMenu('Contexts', 'ORDERS', 'Compare with Live');
      await tab('stream_ORDERS.json ↔ live in prod').waitFor();
      await modified().getByText('"ORDERS"').waitFor();
      await compared();
      await vscode.screenshot(`compare-one-${theme}`);
      await update({ max_msgs: 5000 });
      await modified().getByText('5000').waitFor();
      await vscode.screenshot(`compare-refreshed-${theme}`);
      await update({ max_msgs: -1 });
      await vscode.runCommand('View: Close All Editors');
    });

    it('compares the file of an editor by the button in its title', async () => {
      await vscode.runCommand('Go to File...');
      await vscode.typeInput('stream_ORDERS.json');
      await tab(/^stream_ORDERS\.json$/).waitFor();
      await vscode.page.getByRole('button', { name: 'Compare with Live' }).first().click();
      await tab('stream_ORDERS.json ↔ live in prod').waitFor();
      await modified().getByText('"ORDERS"').waitFor();
      await vscode.runCommand('View: Close All Editors');
    });

    it('shows several in the multi-diff editor, added and removed ones too', async () => {
      edit('stream_ORDERS_consumer_DISPATCH.json', '"max_deliver": 5', '"max_deliver": 9');
      await deleteStream(server.url, 'EVENTS');
      await withClient(server.url, (_, jsm) => jsm.streams.add({ name: 'ADDED', subjects: ['added'] }));
      await vscode.contextMenu('Contexts', 'prod', 'Compare with Live');
      await tab('jetstream-backups/prod/config ↔ live in prod').waitFor();
      await vscode.page.locator('.multiDiffEntry').filter({ hasText: 'stream_ADDED.json' }).waitFor();
      await modified().waitFor();
      await compared();
      await vscode.screenshot(`compare-several-${theme}`);
      const last = vscode.page.locator('.multiDiffEntry').filter({ hasText: 'stream_ORDERS_consumer_DISPATCH.json' });
      await vscode.page.locator('.multiDiffEntry').filter({ hasText: 'stream_ADDED.json' }).hover();
      await eventually(async () => {
        await vscode.page.mouse.wheel(0, 400);
        assert.ok(await last.isVisible());
      });
      await vscode.screenshot(`compare-several-below-${theme}`);
      await vscode.runCommand('View: Close All Editors');
    });

    it('compares two backups that are selected in the view', async () => {
      await vscode.runCommand('JetStream: Back Up Account…');
      await vscode.pickQuickPick('Configuration only');
      await vscode.notification(/Saved the configuration/);
      await vscode.runCommand('Notifications: Clear All Notifications');
      await update({ max_msgs: 7000 });
      await vscode.runCommand('JetStream: Back Up Account…');
      await vscode.pickQuickPick('Configuration only');
      await vscode.notification(/Saved the configuration/);
      await vscode.runCommand('Notifications: Clear All Notifications');
      const rows = vscode
        .view('Backups')
        .locator('.monaco-list-row')
        .filter({ hasText: /\d{4}-\d\d-\d\d.*prod/ });
      await rows.nth(1).waitFor();
      await rows.nth(1).click();
      await rows.nth(0).click({ modifiers: ['Control'] });
      await rows.nth(0).click({ button: 'right' });
      await vscode.screenshot(`compare-backups-menu-${theme}`);
      await vscode.page.locator('.monaco-menu').getByText('Compare Two Backups…', { exact: true }).click();
      await tab(/stream_ORDERS\.json \(backup .*\) ↔ backup /).waitFor();
      await modified().getByText('7000').waitFor();
      await compared();
      await vscode.screenshot(`compare-backups-${theme}`);
    });
  });
}
