import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { BackupSetWriter } from '../../src/engine/backupSet/writeSet';
import { writeContextFiles } from '../support/contextFiles';
import { backupRequest, plainSettings, runBackup } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { natsCliOk, oldNatsBackup } from '../support/natsCli';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, readStream } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { hasArchiveV2, natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';
import { content, newSet, writeData } from '../unit/backupSet/sampleSet';

const version = natsServerVersions.at(-1) ?? '';
const archive = hasArchiveV2(version) ? 'stream.arc.s2' : 'stream.tar.s2';

/** What is done with a backup. */
const backupMenu = [
  'Verify Backup…',
  'Restore Streams…',
  'Compare with Live',
  'Restore Configuration…',
  'Compare Two Backups…',
];

describe('the Backups tree by clicks', () => {
  let folder: string;
  let backups: string;
  let elsewhere: string;
  /** The set of the first backup. */
  let set: string;
  let abandoned: string;
  let writing: BackupSetWriter;
  let server: NatsServer;
  let vscode: VscodePage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    backups = join(folder, 'workspace', 'jetstream-backups');
    elsewhere = join(folder, 'elsewhere');
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
    await vscode.view('Contexts').locator('.pane-header').click();
  });
  after(async () => {
    await vscode?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await vscode.screenshot('failed');
  });

  it('says in an empty view what to do', async () => {
    for (const name of ['Back Up Account', 'Open Backup Folder']) {
      await vscode.view('Backups').getByRole('button', { name }).waitFor();
    }
  });

  it('shows what appears on the disk, whoever wrote it', async () => {
    set = (await runBackup(backupRequest(plainSettings(server.url, 'local'), backups))).result.directory ?? '';
    await vscode.treeRow('Backups', /local · verified · 3 streams · 561 messages · 154 KiB · just now$/);
    const cli = ['--server', server.url];
    await natsCliOk([...cli, 'stream', 'backup', 'ORDERS', join(backups, 'by-cli')]);
    await vscode.treeRow(
      'Backups',
      /^by-clinats CLI, stream · not verified · ORDERS · 500 messages · \d+ KiB · just now$/,
    );
    await natsCliOk([...cli, 'account', 'backup', join(elsewhere, 'account'), '--force']);
    await makeIncompleteSet();
    await vscode.treeRow('Backups', /^2026-11-23 \d\d:\d\dincomplete, 498 of 500 · local · verified · 1,494 messages/);
    abandoned = await makeAbandonedSet();
    await vscode.treeRow('Backups', /local · abandoned, can be removed$/);
    writing = await newSet(backups, ['A']);
    await vscode.treeRow('Backups', /local · being written$/);
  });

  it('opens a set down to its files', async () => {
    await vscode.expandTreeRow('Backups', /3 streams/);
    await vscode.expandTreeRow('Backups', /^ORDERSverified · 500 messages · \d+ KiB · /);
    await vscode.treeRow('Backups', /^stream_ORDERS\.json/);
    await vscode.widenSideBar(560);
    const tooltip = await vscode.rowTooltip('Backups', /^ORDERSverified/);
    assert.match(tooltip, /State: Verified to the last record while it was backed up\.\n.*Consumers: 2\n/s);
    const usual = [...backupMenu, 'Reveal in Explorer View', 'Copy Path'];
    assert.deepEqual(await vscode.menuEntries('Backups', /3 streams/), usual);
    assert.deepEqual(await vscode.menuEntries('Backups', /being written/), usual.slice(backupMenu.length));
    await (await vscode.treeRow('Backups', /^stream_ORDERS\.json/)).click();
    await eventually(async () => assert.match(await vscode.editorText(), /"name": "ORDERS"/));
  });

  it('verifies by a click, and says what is damaged', async () => {
    await vscode.contextMenu('Backups', /^by-cli/, 'Verify Backup…');
    await vscode.notification('by-cli is whole: 1 stream, 500 messages.');
    await vscode.treeRow('Backups', /^by-clinats CLI, stream · verified/);
    const damaged = join(backups, 'local', '2026-01-02T03-04-05Z');
    cpSync(set, damaged, { recursive: true });
    truncateSync(join(damaged, 'data', 'EVENTS', archive), 100);
    await eventually(async () =>
      assert.equal(
        await vscode
          .view('Backups')
          .getByText(/3 streams/)
          .count(),
        2,
      ),
    );
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.runCommand('JetStream: Verify Backup…');
    await vscode.quickInput.locator('.monaco-list-row').filter({ hasText: '2026-01-02T03-04-05Z' }).click();
    await vscode.notification(/2026-01-02T03-04-05Z is not whole\. data\/EVENTS\/stream\.\w+\.s2: /);
    await vscode.treeRow('Backups', /local · damaged · 3 streams/);
    await vscode.expandTreeRow('Backups', /local · damaged · 3 streams/);
    await vscode.treeRow('Backups', /^EVENTSdamaged · 54 messages/);
    const reason = await vscode.rowTooltip('Backups', /^EVENTSdamaged/);
    assert.match(reason, /100 bytes long, but the manifest says \d+\./);
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.screenshotInBothThemes('backups');
    await vscode.collapseTreeRow('Backups', /local · damaged · 3 streams/);
  });

  it('removes what is abandoned', async () => {
    await vscode.rowButton('Backups', /abandoned/, 'Remove Abandoned Backup…');
    await vscode.dialog('Remove this abandoned backup?');
    await vscode.answerDialog('Remove');
    await vscode.treeRowGone('Backups', /abandoned/);
    assert.ok(!existsSync(abandoned));
    await writing.discard();
    await vscode.treeRowGone('Backups', /being written/);
  });

  it('restores a stream from its row', async () => {
    const before = await readStream(server.url, 'EVENTS');
    await deleteStream(server.url, 'EVENTS');
    await vscode.contextMenu('Backups', /^EVENTSverified/, 'Restore Streams…');
    await vscode.dialog(/Restore EVENTS into local\?/);
    await vscode.answerDialog('Restore');
    await vscode.notification(/Read back and equal to the backup/);
    assert.deepEqual(await readStream(server.url, 'EVENTS'), before);
  });

  it('opens a folder outside of the workspace and takes it off the list', async () => {
    await vscode.runCommand('JetStream: Open Backup Folder…');
    await vscode.chooseFolder(join(elsewhere, 'account'));
    await vscode.treeRow('Backups', /^accountnats CLI, account · not verified · 3 streams/);
    await vscode.screenshot('backups-opened');
    const usual = [...backupMenu, 'Copy Path', 'Remove from List'];
    assert.deepEqual(await vscode.menuEntries('Backups', /^accountnats/), usual);
    await vscode.contextMenu('Backups', /^accountnats/, 'Copy Path');
    await eventually(async () => assert.equal(await vscode.clipboard(), join(elsewhere, 'account')));
    await vscode.rowButton('Backups', /^accountnats/, 'Remove from List');
    await vscode.treeRowGone('Backups', /^accountnats/);
    assert.ok(existsSync(join(elsewhere, 'account')));
  });

  it('offers on a folder of the old command line what can be done with each stream', async () => {
    await oldNatsBackup(server.url, join(backups, 'old'));
    await vscode.expandTreeRow(
      'Backups',
      /^oldnats CLI, old form · not verified · data of 1 stream, configuration of 3/,
    );
    await vscode.treeRow('Backups', /^EVENTSconfiguration only/);
    await vscode.widenSideBar(560);
    await vscode.screenshotInBothThemes('backups-old');
    const configuration = ['Compare with Live', 'Restore Configuration…', 'Compare Two Backups…'];
    const whole = await vscode.menuEntries('Backups', /^oldnats/);
    assert.deepEqual(whole.slice(0, 2), ['Verify Backup…', 'Restore Streams…']);
    for (const title of configuration) assert.ok(whole.includes(title), whole.join());
    const without = await vscode.menuEntries('Backups', /^EVENTSconfiguration only/);
    assert.deepEqual(without.slice(0, 3), configuration);
    assert.ok(!without.includes('Restore Streams…'));
  });

  it('reveals a set in the Explorer', async () => {
    await vscode.contextMenu('Backups', /498 of 500/, 'Reveal in Explorer View');
    const revealed = vscode.page.locator('.explorer-folders-view .monaco-list-row.selected');
    await revealed.filter({ hasText: '2026-11-23T12-00-00Z' }).waitFor();
  });

  /** A set of 500 streams, of which a run got all but two. */
  async function makeIncompleteSet(): Promise<void> {
    const names = Array.from({ length: 500 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    const failed = { S007: 'failed', S123: 'failed' } as const;
    const large = await newSet(backups, names);
    for (const name of names) if (!(name in failed)) await writeData(large, name);
    await large.finish(content(names, failed));
  }

  /** What a process leaves that was killed while it wrote. */
  async function makeAbandonedSet(): Promise<string> {
    const { path } = await newSet(elsewhere, ['A']);
    const ended = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(ended, 'exit');
    const owner = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as object;
    writeFileSync(join(path, 'owner.json'), JSON.stringify({ ...owner, pid: ended.pid }));
    const moved = join(backups, 'local', basename(path));
    renameSync(path, moved);
    rmSync(dirname(path), { recursive: true });
    return moved;
  }
});
