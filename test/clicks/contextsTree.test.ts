import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { writeContextFiles } from '../support/contextFiles';
import { natsCliOk } from '../support/natsCli';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { makeManyStreams, makeStreamsOfEveryKind } from '../support/streamsOfEveryKind';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

const accounts = `
accounts {
  SHOP {
    jetstream { max_mem: 64MB, max_file: 1GB, max_streams: 20, max_consumers: 100 }
    users [ { user: shop, password: shop } ]
  }
  LARGE { jetstream: enabled, users [ { user: large, password: large } ] }
  PLAIN { users [ { user: plain, password: plain } ] }
}`;

describe('the Contexts tree by clicks', () => {
  let folder: string;
  let config: string;
  let server: NatsServer;
  let stalled: NatsServer;
  /** Comes and goes at one address. */
  let late: NatsServer;
  let vscode: VscodePage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    config = join(folder, 'config');
    server = await startNatsServer({ version, config: accounts });
    stalled = await startNatsServer({ version });
    stalled.signal('SIGSTOP');
    late = await startNatsServer({ version });
    await late.stop();
    await makeStreamsOfEveryKind(server.url, { user: 'shop', pass: 'shop' });
    await makeManyStreams(server.url, 2_000, { user: 'large', pass: 'large' });
    const as = (user: string, password = user) => ({ url: server.url, user, password });
    writeContextFiles(config, {
      shop: { ...as('shop'), description: 'The shop' },
      large: as('large'),
      'no-jetstream': as('plain'),
      'wrong-user': as('shop', 'other'),
      damaged: '{ "url": ',
      stalled: { url: stalled.url },
      late: { url: late.url },
    });
    writeFileSync(join(config, 'nats', 'context.txt'), 'shop');
    mkdirSync(join(folder, 'workspace'));
    vscode = await openVscode({
      workspace: join(folder, 'workspace'),
      env: { XDG_CONFIG_HOME: config },
      theme: 'dark',
    });
    await vscode.openContainer('JetStream');
  });
  after(async () => {
    await vscode?.close();
    await late?.stop();
    await stalled?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The rows below one that is open, to the next context. */
  async function rowsBelow(context: string): Promise<string[]> {
    const rows = await vscode.treeRows('Contexts');
    const below = rows.slice(rows.indexOf(context) + 1);
    return below.slice(
      0,
      below.findIndex((row) => row.startsWith('stalled')),
    );
  }

  it('says why a context cannot be used, and what to do', async () => {
    await vscode.view('Backups').locator('.pane-header').click();
    for (const name of ['stalled', 'damaged', 'no-jetstream', 'late', 'wrong-user']) {
      await vscode.expandTreeRow('Contexts', new RegExp(`^${name}`));
    }
    await vscode.treeRow('Contexts', 'No answer in time');
    await vscode.treeRow('Contexts', 'Not authorised');
    const address = (url: string) => url.slice('nats://'.length);
    assert.deepEqual(await vscode.treeRows('Contexts'), [
      'damaged | damaged file',
      'Invalid context | The file of context "damaged" is not JSON.',
      `large | ${server.url}`,
      `late | not connected · ${late.url}`,
      `Connection refused | cannot connect to ${address(late.url)}: nobody listens there. Start the server or correct the address.`,
      `no-jetstream | ${server.url}`,
      'JetStream is not enabled | Reading the JetStream account: JetStream not enabled for account (10039). Enable JetStream on the server or for this account.',
      `shop | selected · ${server.url}`,
      `stalled | not connected · ${stalled.url}`,
      `No answer in time | cannot connect to ${address(stalled.url)}: no answer in time. Check the address, the network and whether the server is stalled; one with TLS first needs "tls_first".`,
      `wrong-user | not connected · ${server.url}`,
      `Not authorised | cannot connect to ${address(server.url)}: the server refuses user "shop" or the password ("Authorization Violation"). Check the credentials of the context.`,
    ]);
    await vscode.screenshotInBothThemes('contexts-errors');
    const wrong = await vscode.rowTooltip('Contexts', /^wrong-user/);
    assert.match(wrong, /Connection: cannot connect/);
    assert.ok(!wrong.includes('other'), 'the password is shown');
    assert.match(await vscode.rowTooltip('Contexts', /^damaged/), /^damaged\s+Error: .* is not JSON\.\s+File: \S+$/);
  });

  it('tries again by a click, shows a lost connection, and takes it up again by itself', async () => {
    late = await startNatsServer({ version, port: late.port });
    await vscode.rowButton('Contexts', 'Connection refused', 'Retry');
    await vscode.treeRow('Contexts', 'No streams');
    await late.stop();
    await vscode.treeRow('Contexts', /^late.*connection lost, reconnecting/);
    await vscode.screenshot('contexts-lost');
    late = await startNatsServer({ version, port: late.port });
    await withClient(late.url, async (_, jsm) => void (await jsm.streams.add({ name: 'NEW', subjects: ['new'] })));
    await vscode.treeRow('Contexts', new RegExp(`^late${late.url}$`));
    await vscode.contextMenu('Contexts', /^late/, 'Refresh');
    await vscode.treeRow('Contexts', /^NEW/);
    for (const name of ['late', 'damaged', 'no-jetstream', 'wrong-user', 'stalled']) {
      await vscode.collapseTreeRow('Contexts', new RegExp(`^${name}`));
    }
  });

  it('tells streams and consumers apart', async () => {
    await vscode.expandTreeRow('Contexts', /^shop/);
    await vscode.expandTreeRow('Contexts', /^ORDERS1/);
    await vscode.treeRow('Contexts', 'DISPATCH');
    await vscode.widenSideBar(560);
    assert.deepEqual(await rowsBelow(`shop | selected · ${server.url}`), [
      'Account | file 1.3 MiB of 1.0 GiB · memory 26 B of 64 MiB · 7 of 20 streams · 6 of 100 consumers',
      'CACHE | 1 message · 26 B · R1 · memory',
      'KV_settings | 1 message · 53 B · R1 · KV bucket',
      'OBJ_photos | 4 messages · 293 KiB · R1 · object bucket',
      'ORDERS | 1,200 messages · 316 KiB · R1',
      'DISPATCH | pull · 1,195 pending · 5 unacknowledged',
      'PUSHED | push · 0 pending',
      'passing | pull · ephemeral · 1,200 pending',
      'ORDERS_COPY | 1,200 messages · 316 KiB · R1 · mirror',
      'TOGETHER | 1,201 messages · 380 KiB · R1 · sourced',
      'YEAR_2025 | 1 message · 45 B · R1 · sealed',
    ]);
    const tooltip = await vscode.rowTooltip('Contexts', /^ORDERS1/);
    assert.match(tooltip, /Subjects: orders\.>\nMessages: 1,200\n/);
    assert.match(tooltip, /Created: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.match(await vscode.rowTooltip('Contexts', /^TOGETHER/), /Sources: ORDERS, CACHE\n/);
    assert.match(await vscode.rowTooltip('Contexts', /^DISPATCH/), /Delivered up to: stream sequence 5, /);
    assert.match(await vscode.rowTooltip('Contexts', /^Account/), /Streams: 7\nConsumers: 6\n/);
    await vscode.screenshotInBothThemes('contexts-streams');
    await vscode.collapseTreeRow('Contexts', /^shop/);
  });

  it('opens an account of 2,000 streams', async () => {
    await vscode.expandTreeRow('Contexts', /^large/);
    await vscode.treeRow('Contexts', /^Account.*2,000 streams/);
    await (await vscode.treeRow('Contexts', /^S0000/)).click();
    const last = vscode
      .view('Contexts')
      .locator('.monaco-list-row')
      .filter({ hasText: /^wrong-user/ })
      .first();
    // Rows that are still being drawn take the focus back.
    await eventually(async () => {
      await vscode.page.keyboard.press('End');
      await last.waitFor({ timeout: 1_000 });
    });
    await vscode.treeRow('Contexts', /^S1999/);
    await vscode.screenshot('contexts-large');
    await vscode.page.keyboard.press('Home');
    await vscode.collapseTreeRow('Contexts', /^large/);
  });

  it('follows the nats command line', async () => {
    await natsCliOk(['context', 'add', 'from-cli', '--server', late.url], { configHome: config });
    await vscode.treeRow('Contexts', `from-cli${late.url}`);
    await natsCliOk(['context', 'select', 'from-cli'], { configHome: config });
    await vscode.treeRow('Contexts', /^from-cliselected/);
    await vscode.expandTreeRow('Contexts', /^from-cli/);
    await vscode.treeRow('Contexts', /^NEW/);
    await natsCliOk(['context', 'add', 'from-cli', '--server', server.url, '--user', 'shop', '--password', 'shop'], {
      configHome: config,
    });
    await vscode.treeRow('Contexts', /^ORDERS1/);
    await natsCliOk(['context', 'select', 'shop'], { configHome: config });
    await natsCliOk(['context', 'rm', '--force', 'from-cli'], { configHome: config });
    await vscode.treeRowGone('Contexts', /^from-cli/);
  });

  it('adds, edits, selects and removes a context', async () => {
    await vscode.runCommand('JetStream: Add Context…');
    await vscode.typeInput('shop');
    await vscode.inputPrompt(/^A context "shop" exists already\.$/);
    await vscode.typeInput('a/b');
    await vscode.inputPrompt(/^The name holds a slash/);
    await vscode.typeInput('clicked');
    await vscode.inputPrompt(/Addresses of the servers/);
    await vscode.typeInput('http://x');
    await vscode.inputPrompt(/unknown scheme "http"/);
    await vscode.screenshot('contexts-add-url');
    await vscode.typeInput(server.url);
    await vscode.quickPickRow('Credentials file').waitFor();
    await vscode.pickQuickPick('User and password');
    await vscode.inputPrompt(/^User/);
    await vscode.typeInput('shop');
    await vscode.inputPrompt(/^Password/);
    await vscode.typeInput('shop');
    await vscode.quickPickRow('In the context file').waitFor();
    await vscode.pickQuickPick('In the context file');
    await vscode.quickPickRow('TLS handshake first').waitFor();
    await vscode.pickMany(['Description']);
    await vscode.inputPrompt(/^Description/);
    await vscode.typeInput('By hand');
    await vscode.clickNotification('Context "clicked" is saved.', 'Test Connection');
    await vscode.notification(/Context "clicked" works: nats-server/);

    const usual = [
      'Back Up Account…',
      'Restore Streams…',
      'Back Up Configuration…',
      'Compare with Live',
      'Select Context',
      'Edit Context…',
      'Remove Context…',
      'Refresh',
    ];
    assert.deepEqual(await vscode.menuEntries('Contexts', /^clicked/), usual);
    assert.deepEqual(await vscode.menuEntries('Contexts', /^damaged/), usual.slice(4));
    await vscode.contextMenu('Contexts', /^clicked/, 'Select Context');
    await vscode.treeRow('Contexts', /^clickedselected/);
    assert.equal(readFileSync(join(config, 'nats', 'context.txt'), 'utf8'), 'clicked');

    await vscode.contextMenu('Contexts', /^clicked/, 'Edit Context…');
    await vscode.inputPrompt(/Addresses of the servers/);
    await vscode.typeInput(late.url);
    await vscode.pickQuickPick('None');
    await vscode.quickPickRow('Description').waitFor();
    await vscode.page.keyboard.press('Enter');
    await vscode.inputPrompt(/^Description/);
    await vscode.page.keyboard.press('Enter');
    await vscode.treeRow('Contexts', `clickedselected · ${late.url}`);
    const edited = JSON.parse(readFileSync(join(config, 'nats', 'context', 'clicked.json'), 'utf8')) as object;
    assert.deepEqual({ ...edited, user: '', password: '', url: late.url, description: 'By hand' }, edited);

    await vscode.contextMenu('Contexts', /^clicked/, 'Remove Context…');
    await vscode.dialog('Remove context "clicked"?');
    await vscode.screenshot('contexts-remove');
    await vscode.answerDialog('Remove');
    await vscode.treeRowGone('Contexts', /^clicked/);
  });
});
