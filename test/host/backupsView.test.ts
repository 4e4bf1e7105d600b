import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TreeItemCollapsibleState, workspace } from 'vscode';
import { BackupSets } from '../../src/extension/services/backupSets';
import { OpenedFolders } from '../../src/extension/services/openedFolders';
import { RefreshRequests } from '../../src/extension/services/refreshRequests';
import { Settings } from '../../src/extension/services/settings';
import { createBackupsTree } from '../../src/extension/views/backups/backupsView';
import type { Row } from '../../src/extension/views/row';
import type { RowTree } from '../../src/extension/views/rowTree';
import { eventually } from '../support/eventually';
import { newMemento } from '../support/extensionState';
import { oldNatsBackup } from '../support/natsCli';
import { withNatsServer } from '../support/natsServer';
import { makeSampleStreams } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';
import { archiveBytes, content, newSet, writeData } from '../unit/backupSet/sampleSet';

/** The view's rows as a person reads them. */
async function read(tree: RowTree, ...path: RegExp[]): Promise<string[]> {
  let rows = await tree.getChildren();
  for (const wanted of path) rows = await tree.getChildren(row(rows, wanted));
  return rows.map(textOf);
}

function row(rows: Row[], wanted: RegExp): Row {
  const found = rows.find((each) => wanted.test(textOf(each)));
  assert.ok(found, `no row matches ${wanted} among: ${rows.map(textOf).join(' | ')}`);
  return found;
}

function textOf(each: Row): string {
  const { label, description } = each.item();
  const name = typeof label === 'string' ? label : label?.label;
  return [name, description].filter((part) => typeof part === 'string' && part !== '').join(' | ');
}

/** The sample set is as old as it is. */
function withoutAge(text: string): string {
  return text.replace(/ · \d+ (h|days) ago$/, '');
}

describe('the rows of the Backups view', () => {
  const backupFolder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'jetstream-backups');
  let elsewhere: string;
  let requests: RefreshRequests;
  let opened: OpenedFolders;
  let sets: BackupSets;
  let tree: RowTree;

  beforeEach(() => {
    rmSync(backupFolder, { recursive: true, force: true });
    elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    requests = new RefreshRequests();
    opened = new OpenedFolders(newMemento());
    sets = new BackupSets(new Settings(), opened, requests);
    tree = createBackupsTree(sets);
  });
  afterEach(() => {
    for (const each of [tree, sets, opened, requests]) each.dispose();
    for (const folder of [elsewhere, backupFolder]) rmSync(folder, { recursive: true, force: true });
  });

  it('are none without a backup, so that the welcome text shows', async () => {
    assert.deepEqual(await tree.getChildren(), []);
  });

  it('show a set that appears, its streams and their files, until it goes', async () => {
    assert.deepEqual(await read(tree), []);
    const set = await newSet(backupFolder, ['ORDERS', 'EVENTS']);
    await eventually(async () => assert.match((await read(tree)).join(), /^\S+ \S+ \| local · being written$/));
    await set.writeConfiguration('ORDERS', { name: 'ORDERS' }, [{ durable_name: 'NEW' }]);
    await writeData(set, 'ORDERS');
    const path = await set.finish(content(['ORDERS', 'EVENTS'], { EVENTS: 'failed' }));

    await eventually(async () => {
      const [row, ...others] = await read(tree);
      assert.match(row ?? '', /^2026-11-23 \d\d:\d\d \| incomplete, 1 of 2 · local · verified · 3 messages · 120 B · /);
      assert.deepEqual(others, []);
    });
    assert.deepEqual((await read(tree, /local/)).map(withoutAge), [
      'ORDERS | verified · 3 messages · 120 B',
      'EVENTS | failed · The server sent nothing.',
    ]);
    assert.deepEqual(await read(tree, /local/, /ORDERS/), [
      'backup.json | 79 B',
      'stream.tar.s2 | 10 B',
      'stream_ORDERS.json | 23 B',
      'stream_ORDERS_consumer_NEW.json | 28 B',
    ]);

    rmSync(path, { recursive: true });
    await eventually(async () => assert.deepEqual(await read(tree), []));
  });

  it('say what is damaged, of the stream and of its set', async () => {
    const set = await newSet(backupFolder, ['ORDERS']);
    const folder = await writeData(set, 'ORDERS');
    const path = await set.finish(content(['ORDERS']));
    await eventually(async () => assert.match((await read(tree)).join(), /local · verified · 1 stream/));
    assert.ok(folder.includes('.partial-'));
    writeFileSync(join(path, 'data', 'ORDERS', 'stream.tar.s2'), archiveBytes.subarray(1));
    await eventually(async () => {
      assert.deepEqual((await read(tree, /local/)).map(withoutAge), ['ORDERS | damaged · 3 messages · 120 B']);
      assert.match((await read(tree)).join(), /local · damaged · 1 stream/);
    });
    writeFileSync(join(path, 'manifest.json'), '{');
    await eventually(async () => {
      assert.match((await read(tree)).join(), /^2026-11-23T12-00-00Z \| damaged/);
      const [problem, stream] = await read(tree, /damaged/);
      assert.match(problem ?? '', /manifest\.json is damaged/);
      assert.match(stream ?? '', /^ORDERS \| /);
    });
  });

  it('show folders outside of the workspace, watch them, and forget them', async () => {
    await sets.openFolder(elsewhere);
    assert.deepEqual(await read(tree), ['workspace | jetstream-backups', `${elsewhere.slice(5)} | /tmp`]);
    assert.deepEqual(await read(tree, /elsewhere/), ['No backups in this folder']);
    const stream = join(elsewhere, 'orders');
    mkdirSync(`${stream}.new`);
    writeFileSync(
      join(`${stream}.new`, 'backup.json'),
      '{"config":{"name":"ORDERS"},"state":{"messages":7,"bytes":2048}}',
    );
    writeFileSync(join(`${stream}.new`, 'stream.arc.s2'), archiveBytes);
    renameSync(`${stream}.new`, stream);
    await eventually(async () => {
      const expected = ['orders | nats CLI, stream · not verified · ORDERS · 7 messages · 2.0 KiB · just now'];
      assert.deepEqual(await read(tree, /elsewhere/), expected);
    });
    await sets.closeFolder(elsewhere);
    assert.deepEqual(await tree.getChildren(), []);
  });

  it('show configuration kept as files above the sets, and below it what was before changes', async () => {
    const context = join(backupFolder, 'prod%3Aeu');
    const write = (folder: string, ...names: string[]) => {
      mkdirSync(join(context, folder), { recursive: true });
      for (const name of names) writeFileSync(join(context, folder, name), '{"name":"A"}');
    };
    const set = await newSet(backupFolder, ['ORDERS']);
    await writeData(set, 'ORDERS');
    await set.finish(content(['ORDERS']));
    write('config', 'stream_A_consumer_C.json', 'stream_A.json', 'stream_B.json', 'README.md');
    write(join('undo', '2026-11-23T12-00-00Z'), 'stream_A.json');
    const [first = '', second = ''] = await eventually(async () => {
      const rows = await read(tree);
      assert.equal(rows.length, 2, rows.join(' and '));
      return rows;
    });
    assert.equal(first, 'prod:eu | configuration of 2 streams, 1 consumer');
    assert.match(second, /local · verified/);
    assert.deepEqual(await read(tree, /prod/), [
      'stream_A.json | 12 B',
      'stream_A_consumer_C.json | 12 B',
      'stream_B.json | 12 B',
      'Before changes | saved 1 time',
    ]);
    const [saved = ''] = await read(tree, /prod/, /Before/);
    assert.match(saved, /^Before the change of 2026-11-2\d \d\d:\d\d:00$/);
    assert.deepEqual(await read(tree, /prod/, /Before/, /Before/), ['stream_A.json | 12 B']);
    rmSync(join(context, 'config'), { recursive: true });
    await eventually(async () => {
      assert.equal((await read(tree))[0], 'Before changes | prod:eu · saved 1 time');
    });
  });

  it('show what was opened as the backup that it is', async () => {
    const account = join(elsewhere, 'account');
    for (const name of ['A', 'B']) {
      mkdirSync(join(account, name), { recursive: true });
      writeFileSync(
        join(account, name, 'backup.json'),
        `{"config":{"name":"${name}"},"state":{"messages":1,"bytes":40}}`,
      );
      writeFileSync(join(account, name, 'stream.tar.s2'), archiveBytes);
    }
    mkdirSync(join(account, 'MEMORY'));
    await sets.openFolder(account);
    const rows = await tree.getChildren();
    const row = rows.find((each) => each.source === account);
    assert.ok(row, 'the account has no row of its own');
    assert.equal(row.item().description, 'nats CLI, account · not verified · 2 streams · just now');
    assert.match(row.item().contextValue ?? '', / opened/);
    assert.equal(row.item().collapsibleState, TreeItemCollapsibleState.Collapsed);
    const streams = await tree.getChildren(row);
    assert.deepEqual(streams.map(textOf), [
      'A | not verified · 1 message · 40 B · just now',
      'B | not verified · 1 message · 40 B · just now',
      'MEMORY | damaged · just now',
    ]);
    assert.deepEqual(
      streams.slice(0, 2).map(({ source, stream }) => ({ source, stream })),
      ['A', 'B'].map((stream) => ({ source: account, stream })),
    );
  });

  it('show a folder of the old command line, of which only the last stream has data', async () => {
    mkdirSync(backupFolder);
    const old = join(backupFolder, 'old');
    await withNatsServer({ version: natsServerVersions[0] ?? '' }, async ({ url }) => {
      await makeSampleStreams(url);
      await oldNatsBackup(url, old);
    });
    await eventually(async () => {
      const expected = ['old | nats CLI, old form · not verified · data of 1 stream, configuration of 3 · just now'];
      assert.deepEqual(await read(tree), expected);
    });
    const streams = await tree.getChildren(row(await tree.getChildren(), /^old/));
    const kinds = streams.map((each) => each.item().contextValue?.split(' onDisk')[0]);
    const without = 'streamWithoutData configurationOnly';
    assert.deepEqual(kinds, ['stream notVerified', without, without]);
    assert.deepEqual(streams.map(({ stream }) => stream).sort(), ['EVENTS', 'KV_settings', 'ORDERS']);
    // What a menu works on.
    assert.deepEqual([...new Set(streams.map(({ source }) => source))], [old]);
  });
});
