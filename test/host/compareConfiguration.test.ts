import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, TabInputTextDiff, window, workspace, type Tab, type Uri } from 'vscode';
import type {
  BackupConfigurationResult,
  BackupResult,
  CompareBackupsResult,
  CompareWithLiveResult,
} from '../../src/extension/api';
import { eventually } from '../support/eventually';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';

const version = natsServerVersions.at(-1) ?? '';
const context = 'compared';

describe('comparing configuration by command', () => {
  let server: NatsServer;
  let folder: string;
  before(async () => {
    server = await startNatsServer({ version });
    writeContext(context, { url: server.url });
  });
  beforeEach(async () => {
    await makeSampleStreams(server.url);
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'compared-')));
    await commands.executeCommand<BackupConfigurationResult>('jetstream.backupConfiguration', {
      context,
      directory: folder,
    });
  });
  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await withClient(server.url, async (_, jsm) => {
      for (const name of await jsm.streams.names().next()) await jsm.streams.delete(name);
    });
    rmSync(folder, { recursive: true, force: true });
  });
  after(() => server.stop());

  const withLive = (options: object) =>
    commands.executeCommand<CompareWithLiveResult>('jetstream.compareWithLive', { context, ...options });
  const backups = (left: string, right: string) =>
    commands.executeCommand<CompareBackupsResult>('jetstream.compareBackups', { left, right });
  const file = (name: string) => join(folder, name);
  const edit = (name: string, what: string, by: string) => {
    const text = readFileSync(file(name), 'utf8');
    assert.ok(text.includes(what));
    writeFileSync(file(name), text.replace(what, by));
  };
  const tabs = (): Tab[] => window.tabGroups.all.flatMap((group) => group.tabs);
  /** The two sides of the only tab, which is a diff. */
  const diff = () =>
    eventually(() => {
      const [tab, ...others] = tabs();
      assert.deepEqual(others, []);
      assert.ok(tab?.input instanceof TabInputTextDiff, `the tab is no diff: ${tab?.label}`);
      return { label: tab.label, left: tab.input.original, right: tab.input.modified };
    });
  const textOf = async (uri: Uri) => (await workspace.openTextDocument(uri)).getText();

  it('opens nothing where all is the same', async () => {
    const { compared, problems } = await withLive({ source: folder });
    assert.equal(compared.length, 5);
    assert.deepEqual([...new Set(compared.map(({ state }) => state))], ['same']);
    assert.deepEqual(problems, []);
    assert.deepEqual(tabs(), []);
  });

  it('opens one difference in the diff editor, the file left and live right in its form', async () => {
    const name = 'stream_ORDERS.json';
    writeFileSync(file(name), JSON.stringify(JSON.parse(readFileSync(file(name), 'utf8')), undefined, '\t'));
    edit(name, '"max_msgs": -1', '"max_msgs": 9007199254740993');
    const result = await withLive({ source: file(name) });
    assert.deepEqual(result, {
      compared: [
        {
          kind: 'stream',
          stream: 'ORDERS',
          state: 'differs',
          changes: [{ field: 'max_msgs', from: '9007199254740993', to: -1 }],
        },
      ],
      problems: [],
    });
    const { label, left, right } = await diff();
    assert.equal(label, 'stream_ORDERS.json ↔ live in compared');
    assert.equal(left.fsPath, file(name));
    assert.equal(right.scheme, 'jetstream-live');
    const live = readFileSync(file(name), 'utf8').replace('9007199254740993', '-1');
    assert.equal(await textOf(right), live);

    await withClient(server.url, async (_, jsm) => {
      const { config } = await jsm.streams.info('ORDERS');
      await jsm.streams.update('ORDERS', { ...config, max_msgs: 1000 });
    });
    // Both sides are in sight: the right one is read again by itself.
    await eventually(async () => assert.equal(await textOf(right), live.replace('"max_msgs": -1', '"max_msgs": 1000')));
    await withClient(server.url, async (_, jsm) => {
      const { config } = await jsm.streams.info('ORDERS');
      await jsm.streams.update('ORDERS', { ...config, max_msgs: -1 });
    });
    await commands.executeCommand('jetstream.refresh', {});
    await eventually(async () => assert.equal(await textOf(right), live));
  });

  it('opens several in one editor, also what is on one side only', async () => {
    edit('stream_ORDERS_consumer_NEW.json', '"max_deliver": -1', '"max_deliver": 3');
    await deleteStream(server.url, 'EVENTS');
    await withClient(server.url, (_, jsm) => jsm.streams.add({ name: 'ADDED', subjects: ['added'] }));
    const { compared } = await withLive({ source: folder });
    const states = compared.map(({ stream, consumer, state }) => `${consumer ?? stream} ${state}`);
    assert.deepEqual(states, [
      'ADDED onlyLive',
      'EVENTS onlyInBackup',
      'KV_settings same',
      'ORDERS same',
      'DISPATCH same',
      'NEW differs',
    ]);
    await eventually(() => {
      assert.deepEqual(
        tabs().map(({ label }) => label),
        [`${folder} ↔ live in compared (3 files)`],
      );
      const shown = window.visibleTextEditors.map(({ document }) => document.uri);
      const live = shown.filter(({ scheme }) => scheme === 'jetstream-live').map(({ path }) => path);
      assert.ok(live.includes('/live in compared/stream_ADDED.json'), `shown are ${shown.join(' ')}`);
    });
  });

  it('opens the first of very many, and tells the state of all', async () => {
    await withClient(server.url, async (_, jsm) => {
      for (let n = 100; n < 220; n += 1) await jsm.streams.add({ name: `MANY_${n}`, subjects: [`many.${n}`] });
    });
    const { compared } = await withLive({ source: folder });
    assert.equal(compared.filter(({ state }) => state === 'onlyLive').length, 120);
    await eventually(() =>
      assert.deepEqual(
        tabs().map(({ label }) => label),
        [`${folder} ↔ live in compared, the first 100 of 120 (100 files)`],
      ),
    );
  });

  it('names broken files and goes on with the others', async () => {
    writeFileSync(file('stream_EVENTS.json'), '{');
    edit('stream_ORDERS.json', '"max_age": 0', '"max_age": 5000000000');
    const { compared, problems } = await withLive({ source: folder, streams: ['EVENTS', 'ORDERS'] });
    assert.deepEqual(
      problems.map((problem) => problem.file),
      [file('stream_EVENTS.json')],
    );
    assert.equal(compared.find(({ state }) => state === 'differs')?.stream, 'ORDERS');
  });

  it('compares a set with live and with a folder, and says which side is what', async () => {
    const made = await commands.executeCommand<BackupResult>('jetstream.backupAccount', { context });
    const set = made.directory ?? '';
    await deleteStream(server.url, 'EVENTS');
    await withLive({ source: set });
    const first = await diff();
    assert.match(first.label, /^stream_EVENTS\.json \(backup \d{4}-\d\d-\d\d \d\d:\d\d\) ↔ live in compared$/);
    assert.equal(first.left.fsPath, join(set, 'config', 'stream_EVENTS.json'));
    assert.equal(await textOf(first.right), '');
    await commands.executeCommand('workbench.action.closeAllEditors');
    edit('stream_EVENTS.json', '"max_age": 0', '"max_age": 5000000000');
    const { compared } = await backups(set, folder);
    assert.deepEqual(
      compared.filter(({ state }) => state !== 'same').map(({ stream, changes }) => ({ stream, changes })),
      [{ stream: 'EVENTS', changes: [{ field: 'max_age', from: 0, to: 5_000_000_000 }] }],
    );
    const { label, left, right } = await diff();
    assert.match(label, /^stream_EVENTS\.json \(backup .*\) ↔ .*compared-/);
    assert.equal(left.fsPath, join(set, 'config', 'stream_EVENTS.json'));
    assert.equal(right.scheme, 'jetstream-backup');
    assert.equal(await textOf(right), readFileSync(file('stream_EVENTS.json'), 'utf8'));
  });

  it('rejects what is missing, by code and option', async () => {
    const rejects = (run: Thenable<unknown>, code: string, option?: string) =>
      assert.rejects(Promise.resolve(run), (error: Error & { code?: string; option?: string }) => {
        assert.equal(error.code, code, error.message);
        assert.equal(error.option, option);
        return true;
      });
    await rejects(withLive({}), 'invalidOption', 'source');
    await rejects(withLive({ source: folder, context: undefined }), 'invalidOption', 'context');
    await rejects(withLive({ source: folder, file: 'x' }), 'invalidOption', 'file');
    await rejects(withLive({ source: join(folder, 'none') }), 'fileAccess');
    await rejects(withLive({ source: folder, context: 'nowhere' }), 'contextNotFound');
    await rejects(backups(folder, ''), 'invalidOption', 'right');
  });
});
