import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeContextFiles } from '../support/contextFiles';
import { eventually } from '../support/eventually';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeSampleStreams, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

describe('drift from configuration files by clicks', () => {
  let folder: string;
  let config: string;
  let server: NatsServer;
  let vscode: VscodePage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    config = join(folder, 'workspace', 'jetstream-backups', 'local', 'config');
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContextFiles(join(folder, 'config'), { local: { url: server.url } });
    mkdirSync(join(folder, 'workspace'));
    vscode = await openVscode({
      workspace: join(folder, 'workspace'),
      env: { XDG_CONFIG_HOME: join(folder, 'config') },
      theme: 'dark',
    });
    await vscode.openContainer('JetStream');
    await vscode.widenSideBar(560);
  });
  after(async () => {
    await vscode?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await vscode.screenshot('drift-failed');
  });

  async function lookInBothThemes(name: string): Promise<void> {
    await vscode.screenshot(`${name}-dark`);
    await vscode.useTheme('light');
    await vscode.screenshot(`${name}-light`);
    await vscode.useTheme('dark');
  }

  it('begins with the first export', async () => {
    await vscode.expandTreeRow('Contexts', /^local/);
    await vscode.treeRow('Contexts', /^ORDERS500/);
    assert.ok(!(await vscode.treeRows('Contexts')).some((row) => row.startsWith('Configuration files')));
    await vscode.contextMenu('Contexts', /^local/, 'Back Up Configuration…');
    await vscode.treeRow('Contexts', /^Configuration filesas on the server/);
    await vscode.treeRow('Backups', /^localconfiguration of 3 streams, 2 consumers/);
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.runCommand('View: Close All Editors');
  });

  it('marks what differs on either side', async () => {
    const file = join(config, 'stream_ORDERS.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"max_msgs": -1', '"max_msgs": 9007199254740993'));
    writeFileSync(join(config, 'stream_RETURNS.json'), '{"name":"RETURNS","subjects":["returns"]}');
    writeFileSync(join(config, 'stream_ORDERS_consumer_OLD.json'), '{"durable_name":"OLD","ack_policy":"explicit"}');
    rmSync(join(config, 'stream_EVENTS.json'));
    rmSync(join(config, 'stream_ORDERS_consumer_DISPATCH.json'));
    await vscode.expandTreeRow('Contexts', /^ORDERS500/);
    await vscode.treeRow('Contexts', /^OLDnot on the server/);
    await vscode.expandTreeRow('Contexts', /^Configuration files1 differs · 2 without a file · 2 not on the server/);
    await vscode.treeRow('Contexts', /^RETURNSnot on the server/);
    const badges = [/^ORDERS500/, /^EVENTS54/, /^RETURNS/, /^OLD/, /^DISPATCH/, /^NEW/, /^KV_settings/];
    await eventually(async () => {
      const shown = await Promise.all(badges.map((row) => vscode.rowBadge('Contexts', row)));
      assert.deepEqual(shown, ['M', 'U', 'D', 'D', 'U', '', '']);
    });
    const tooltip = await vscode.rowTooltip('Contexts', /^ORDERS500/, 'drift-tooltip');
    assert.match(tooltip, /Differs from stream_ORDERS\.json in 1 field/);
    assert.match(tooltip, /max_msgs: 9007199254740993 → -1\n/);
    assert.match(await vscode.rowTooltip('Contexts', /^EVENTS54/), /Not in the configuration files/);
    await lookInBothThemes('drift');
  });

  it('shows the difference by a click on it, and ends with an export', async () => {
    await (await vscode.treeRow('Contexts', /^ORDERSmax_msgs/)).click();
    const lines = vscode.page.locator('.monaco-diff-editor .view-line');
    await lines.filter({ hasText: 'max_msgs' }).first().waitFor();
    await vscode.screenshot('drift-diff');
    await vscode.contextMenu('Contexts', /^ORDERSmax_msgs/, 'Back Up Configuration…');
    await vscode.treeRow('Contexts', /^Configuration files1 without a file · 2 not on the server/);
    await vscode.runCommand('Notifications: Clear All Notifications');
    assert.deepEqual(await vscode.menuEntries('Contexts', /^RETURNSnot/), [
      'Restore Configuration…',
      'Reveal in Explorer View',
      'Copy Path',
    ]);
  });

  it('creates what is only in files from its row', async () => {
    await vscode.rowButton('Contexts', /^RETURNSnot/, 'Restore Configuration…');
    await eventually(async () => assert.match(await vscode.editorText(), /stream RETURNS/));
    await vscode.page.locator('.codelens-decoration a').filter({ hasText: 'Apply (1)' }).click();
    await vscode.treeRow('Contexts', /^RETURNS0 messages/);
    await withClient(server.url, async (_, jsm) => void (await jsm.streams.info('RETURNS')));
    await vscode.runCommand('Notifications: Clear All Notifications');
  });

  it('shows the folder, its files and what was before a change in the Backups view', async () => {
    mkdirSync(join(config, '..', 'undo', '2026-11-23T12-00-00Z'), { recursive: true });
    const before = join(config, '..', 'undo', '2026-11-23T12-00-00Z', 'stream_ORDERS.json');
    writeFileSync(before, readFileSync(join(config, 'stream_ORDERS.json')));
    await vscode.collapseTreeRow('Contexts', /^local/);
    await vscode.expandTreeRow('Backups', /^localconfiguration of 3 streams, 3 consumers/);
    await vscode.expandTreeRow('Backups', /^Before changes/);
    await vscode.expandTreeRow('Backups', /^Before the change of 2026-11-2/);
    await lookInBothThemes('backups-configuration');
    const folderMenu = await vscode.menuEntries('Backups', /^localconfiguration/);
    const usual = ['Compare with Live', 'Restore Configuration…', 'Reveal in Explorer View', 'Copy Path'];
    assert.deepEqual(
      usual.filter((entry) => !folderMenu.includes(entry)),
      [],
      folderMenu.join(', '),
    );
    await (await vscode.treeRow('Backups', /^stream_RETURNS\.json/)).click();
    await eventually(async () => assert.match(await vscode.editorText(), /RETURNS/));
  });
});
