import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeContextFiles } from '../support/contextFiles';
import { eventually } from '../support/eventually';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

describe('configuration as files by clicks', () => {
  let folder: string;
  let server: NatsServer;
  let vscode: VscodePage;
  const file = (name: string) => join(folder, 'workspace', 'jetstream-backups', 'local', 'config', name);
  const edit = (name: string, from: string, to: string) => {
    const text = readFileSync(file(name), 'utf8');
    assert.ok(text.includes(from), `${name} has no ${from}`);
    writeFileSync(file(name), text.replace(from, to));
  };
  const orders = () =>
    withClient(server.url, async (_, jsm) => {
      const { config, state } = await jsm.streams.info('ORDERS');
      return { maxMsgs: config.max_msgs, maxAge: config.max_age, messages: state.messages };
    });
  const update = (changes: object) =>
    withClient(server.url, async (_, jsm) => {
      const { config } = await jsm.streams.info('ORDERS');
      await jsm.streams.update('ORDERS', { ...config, ...changes });
    });
  const lens = (text: string) => vscode.page.locator('.codelens-decoration a').filter({ hasText: text }).first();
  const cleared = async () => {
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.runCommand('View: Close All Editors');
  };
  const planFromFiles = async () => {
    await vscode.runCommand('JetStream: Restore Configuration…');
    await vscode.pickQuickPick('Configuration files of local');
    await lens('Update Streams That Exist: Off').click();
    await lens('Update Streams That Exist: On').waitFor();
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    mkdirSync(join(folder, 'workspace'));
    execFileSync('git', ['init', '--quiet'], { cwd: join(folder, 'workspace') });
    server = await startNatsServer({ version });
    writeContextFiles(join(folder, 'config'), { local: { url: server.url } });
    const opening = openVscode({
      workspace: join(folder, 'workspace'),
      env: { XDG_CONFIG_HOME: join(folder, 'config') },
      theme: 'dark',
    });
    [vscode] = await Promise.all([opening, makeSampleStreams(server.url)]);
  });
  after(async () => {
    await vscode?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await vscode.screenshot('failed');
  });

  it('is exported, and shown in source control and in editors', async () => {
    await vscode.runCommand('JetStream: Back Up Configuration…');
    await vscode.notification(/Configuration of local: 5 files written/);
    await vscode.workDone();
    await vscode.screenshot('configuration-exported');
    await vscode.clickNotification(/Configuration of local/, 'Show Source Control');
    const changed = vscode.page.locator('.scm-view .monaco-list-row').filter({ hasText: 'stream_ORDERS.json' });
    await changed.waitFor();
    await vscode.screenshot('configuration-source-control');
    await update({ max_msgs: 5000 });
    await vscode.runCommand('JetStream: Back Up Configuration…');
    await vscode.clickNotification(/1 file written, 4 unchanged/, 'Open Changed Files');
    await vscode.page.locator('.tab').filter({ hasText: 'stream_ORDERS.json' }).waitFor();
    await update({ max_msgs: -1 });
    edit('stream_ORDERS.json', '"max_msgs": 5000', '"max_msgs": -1');
    await cleared();
  });

  it('loses the files of what is gone only when asked', async () => {
    const text = readFileSync(file('stream_EVENTS.json'), 'utf8');
    await deleteStream(server.url, 'EVENTS');
    await vscode.runCommand('JetStream: Back Up Configuration…');
    await vscode.notification(/1 file of what is gone from the server: stream_EVENTS\.json\./);
    await vscode.workDone();
    await vscode.screenshot('configuration-gone');
    assert.ok(existsSync(file('stream_EVENTS.json')));
    await vscode.clickNotification(/gone from the server/, 'Remove Gone…');
    await vscode.dialog('Remove 1 file of what is gone from local?');
    await vscode.screenshot('configuration-remove-gone');
    await vscode.answerDialog('Remove');
    await vscode.notification(/Removed 1 file of what is gone/);
    assert.ok(!existsSync(file('stream_EVENTS.json')));
    writeFileSync(file('stream_EVENTS.json'), text);
    await cleared();
  });

  it('is planned, reviewed, applied and undone', async () => {
    edit('stream_ORDERS.json', '"max_msgs": -1', '"max_msgs": 100000');
    edit('stream_KV_settings.json', '"storage": "file"', '"storage": "memory"');
    await planFromFiles();
    await eventually(async () =>
      assert.match(await vscode.editorText(), /max_msgs\s+-1 → 100000\s+\(unlimited → 100,000 messages\)/),
    );
    await vscode.workDone();
    await vscode.screenshotInBothThemes('plan');
    await lens('Apply (2)').click();
    await vscode.notification(/Configuration of local: 1 created, 1 updated/);
    assert.equal((await orders()).maxMsgs, 100000);
    await lens('Undo').waitFor();
    await vscode.workDone();
    assert.match(await vscode.editorText(), /Applied: 1 created, 1 updated, 1 refused, 2\s+unchanged/);
    await vscode.screenshotInBothThemes('plan-applied');
    await lens('Undo').click();
    await lens('Apply (1)').click();
    await vscode.notification(/Configuration of local: 1 updated/);
    await vscode.workDone();
    await vscode.screenshot('plan-undone');
    assert.equal((await orders()).maxMsgs, -1);
    edit('stream_KV_settings.json', '"storage": "memory"', '"storage": "file"');
    await cleared();
  });

  it('deletes messages only after a backup or a warning, and the typed name', async () => {
    edit('stream_ORDERS.json', '"max_msgs": 100000', '"max_msgs": 100');
    await planFromFiles();
    await eventually(async () => assert.match(await vscode.editorText(), /DELETES 400 messages of ORDERS/));
    await vscode.workDone();
    await vscode.screenshotInBothThemes('plan-deletes');
    await lens('Apply (1)').click();
    await vscode.dialog('Applying this deletes messages in local.');
    await vscode.screenshot('plan-deletes-warning');
    await vscode.answerDialog('Cancel');
    await lens('Apply (1)').click();
    await vscode.answerDialog('Back Up First');
    await vscode.inputPrompt(/ORDERS loses 400 messages\. Type the name of the stream/);
    await vscode.typeInput('orders');
    await vscode.inputPrompt(/^Type ORDERS to confirm/);
    await vscode.workDone();
    await vscode.screenshot('plan-deletes-confirm');
    assert.equal((await orders()).messages, 500);
    await vscode.typeInput('ORDERS');
    await vscode.notification(/Configuration of local: 1 updated/);
    assert.deepEqual(await orders(), { maxMsgs: 100, maxAge: 0, messages: 100 });
    await lens('Undo').waitFor();
    await vscode.workDone();
    await vscode.screenshot('plan-deleted');
    await lens('Undo').click();
    await lens('Apply (1)').click();
    await eventually(async () => assert.deepEqual(await orders(), { maxMsgs: -1, maxAge: 0, messages: 100 }));
    edit('stream_ORDERS.json', '"max_msgs": 100', '"max_msgs": -1');
    await cleared();
  });

  it('is brought to that of a backup where the stream exists', async () => {
    await update({ max_msgs: 7000 });
    await vscode.openContainer('JetStream');
    const restore = async () => {
      await vscode.contextMenu('Backups', /local · verified · 1 stream/, 'Restore Streams…');
      await vscode.quickPickRow('Compare with live first').waitFor();
    };
    await restore();
    await vscode.screenshot('restore-existing');
    await vscode.pickQuickPick('Compare with live first');
    await vscode.page
      .locator('.tab')
      .filter({ hasText: /stream_ORDERS\.json.*live in local/ })
      .waitFor();
    await vscode.workDone();
    await vscode.screenshot('restore-existing-compared');
    await cleared();
    await restore();
    await vscode.pickQuickPick('Update the configuration only');
    await lens('Apply (1)').click();
    await vscode.notification(/Configuration of local: 1 updated/);
    assert.deepEqual(await orders(), { maxMsgs: -1, maxAge: 0, messages: 100 });
    await cleared();
  });

  it('is changed in streams that are selected in the tree', async () => {
    await vscode.expandTreeRow('Contexts', /^local/);
    await (await vscode.treeRow('Contexts', /^EVENTS/)).click();
    await (await vscode.treeRow('Contexts', /^ORDERS/)).click({ modifiers: ['Control'] });
    await vscode.contextMenu('Contexts', /^ORDERS/, 'Change Streams…');
    await lens('Plan the Change of 2 Streams of local').waitFor();
    await vscode.screenshotInBothThemes('change-streams');
    await vscode.page.locator('.view-line').filter({ hasText: '"max_age"' }).click();
    await vscode.page.keyboard.press('Control+/');
    await vscode.page.keyboard.press('End');
    for (const key of ['ArrowLeft', 'Backspace']) await vscode.page.keyboard.press(key);
    await vscode.page.keyboard.type('86400000000000');
    await lens('Plan the Change').click();
    await lens('Apply (2)').waitFor();
    await vscode.workDone();
    await vscode.screenshotInBothThemes('change-streams-plan');
    await lens('Apply (2)').click();
    await vscode.notification(/Configuration of local: 2 updated/);
    assert.equal((await orders()).maxAge, 86_400_000_000_000);
    await cleared();
  });

  it('is changed in streams that are picked', async () => {
    await vscode.runCommand('JetStream: Change Streams…');
    await vscode.pickMany(['EVENTS', 'KV_settings', 'ORDERS']);
    await lens('Plan the Change of 3 Streams of local').waitFor();
  });
});
