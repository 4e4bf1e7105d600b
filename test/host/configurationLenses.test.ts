import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  commands,
  ConfigurationTarget,
  Position,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CodeLens,
  type TextDocument,
} from 'vscode';
import type { BackupResult } from '../../src/extension/api';
import type { CommandTarget } from '../../src/extension/ids';
import { eventually } from '../support/eventually';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeSampleStreams } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';

const stream = { name: 'ORDERS', subjects: ['orders.>'], retention: 'limits', storage: 'file', max_msgs: 700 };

describe('the lenses of configuration files', () => {
  const backupFolder = join(realpathSync(workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''), 'jetstream-backups');
  let server: NatsServer;

  before(async () => {
    server = await startNatsServer({ version: natsServerVersions.at(-1) ?? '' });
    await makeSampleStreams(server.url);
    writeContext('lens one', { url: server.url });
    writeContext('lens-two', { url: server.url });
    await commands.executeCommand('jetstream.refresh', {});
    await commands.executeCommand('jetstream.selectContext', { name: 'lens-two' });
  });
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await server.stop();
    rmSync(backupFolder, { recursive: true, force: true });
  });

  const open = async (parts: string[], content: object): Promise<TextDocument> => {
    const file = join(backupFolder, ...parts);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    return await workspace.openTextDocument(file);
  };
  const lensesOf = async (uri: Uri) => {
    // VS Code has lenses only for what is open.
    await workspace.openTextDocument(uri);
    return await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri, 9);
  };
  /** Titles, commands, and the context that they are given. */
  const read = async (uri: Uri) =>
    (await lensesOf(uri)).map(({ command }) => {
      const [target] = (command?.arguments ?? []) as CommandTarget[];
      return [command?.title, command?.command, target?.context, target?.source];
    });
  const expected = (source: string, context: string) => [
    ['Compare with Live', 'jetstream.compareWithLive', context, source],
    [`Apply to ${context}`, 'jetstream.restoreConfiguration', context, source],
  ];

  it('name the context whose folder the file is in, else the selected one', async () => {
    const kept = await open(['lens one', 'config', 'stream_ORDERS.json'], stream);
    await eventually(async () => assert.deepEqual(await read(kept.uri), expected(kept.fileName, 'lens one')));
    const elsewhere = await open(['..', 'elsewhere', 'stream_ORDERS.json'], stream);
    assert.deepEqual(await read(elsewhere.uri), expected(elsewhere.fileName, 'lens-two'));
    await commands.executeCommand('jetstream.selectContext', { name: 'lens one' });
    await eventually(async () => assert.deepEqual(await read(elsewhere.uri), expected(elsewhere.fileName, 'lens one')));
    await commands.executeCommand('jetstream.selectContext', { name: 'lens-two' });
    rmSync(dirname(elsewhere.fileName), { recursive: true });
  });

  it('name the context that a backup set says, whatever its folder is called', async () => {
    const options = { context: 'lens one', directory: join(backupFolder, 'before the move') };
    const { directory = '' } = await commands.executeCommand<BackupResult>('jetstream.backupAccount', options);
    const file = join(realpathSync(directory), 'config', 'stream_ORDERS_consumer_NEW.json');
    await eventually(async () => assert.deepEqual(await read(Uri.file(file)), expected(file, 'lens one')));
  });

  it('ask where the folder names a context that does not exist', async () => {
    const file = await open(['gone', 'config', 'stream_ORDERS.json'], stream);
    assert.deepEqual(await read(file.uri), [
      ['Compare with Live…', 'jetstream.compareWithLive', undefined, file.fileName],
      ['Apply to… (there is no context gone)', 'jetstream.restoreConfiguration', undefined, file.fileName],
    ]);
  });

  it('are not on files that are no configuration', async () => {
    for (const name of ['stream_settings.json', 'orders.json']) {
      const content = name === 'orders.json' ? stream : { url: 'x', retention_days: 3 };
      assert.deepEqual(await read((await open(['lens one', 'config', name], content)).uri), [], name);
    }
  });

  it('want a file saved first, because the commands read the file', async () => {
    // In a browser VS Code saves by itself after a second.
    const setting = workspace.getConfiguration('files');
    await setting.update('autoSave', 'off', ConfigurationTarget.Global);
    const document = await open(['lens one', 'config', 'stream_EDITED.json'], stream);
    await window.showTextDocument(document);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(1, 0), '\n');
    await workspace.applyEdit(edit);
    const saving = ['Save to Compare or Apply', 'workbench.action.files.save', undefined, undefined];
    assert.deepEqual(await read(document.uri), [saving]);
    await commands.executeCommand('workbench.action.files.save');
    await eventually(async () => assert.deepEqual(await read(document.uri), expected(document.fileName, 'lens one')));
    await setting.update('autoSave', undefined, ConfigurationTarget.Global);
  });

  it('compare the file with the server', async () => {
    const document = await open(['lens one', 'config', 'stream_ORDERS.json'], stream);
    const [compare] = await lensesOf(document.uri);
    await commands.executeCommand(
      compare?.command?.command ?? '',
      ...((compare?.command?.arguments ?? []) as unknown[]),
    );
    await eventually(() => {
      const input = window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof TabInputTextDiff, 'no diff is open');
      assert.equal(input.original.fsPath, document.fileName);
      assert.equal(input.modified.scheme, 'jetstream-live');
    });
  });
});
