import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Position, Uri, window, workspace, type TextDocument } from 'vscode';
import { canonicalStreamConfig } from '../../src/engine';
import { liveUri } from '../../src/extension/services/configurationUris';
import { eventually } from '../support/eventually';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';

const version = natsServerVersions.at(-1) ?? '';
const context = 'live-host';

describe('a live document', () => {
  let server: NatsServer;
  let folder: string;
  before(async () => {
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContext(context, { url: server.url });
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'live-')));
    await commands.executeCommand('jetstream.refresh', {});
  });
  beforeEach(() => setDescription('as it was'));
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const setDescription = (description: string) =>
    withClient(server.url, async (_, jsm) => {
      const { config } = await jsm.streams.info('EVENTS');
      await jsm.streams.update('EVENTS', { ...config, description });
    });
  const describes = (document: TextDocument, description: string) =>
    eventually(() => assert.match(document.getText(), new RegExp(`"description": ?"${description}"`)));

  it('is what the server says, in the form of our own files', async () => {
    const document = await workspace.openTextDocument(liveUri({ context, stream: 'EVENTS' }));
    const text = document.getText();
    assert.match(text, /^\{\n {2}"name": "EVENTS",\n {2}"description": "as it was",\n {2}"subjects": \[/);
    assert.doesNotMatch(text, /_nats\./);
    assert.equal(canonicalStreamConfig(JSON.parse(text) as { name: string }), text);
    assert.equal(document.languageId, 'json');
  });

  it('cannot be edited', async () => {
    const document = await workspace.openTextDocument(liveUri({ context, stream: 'EVENTS' }));
    const editor = await window.showTextDocument(document);
    const before = document.getText();
    await commands.executeCommand('type', { text: 'x' });
    await editor.edit((edit) => edit.insert(new Position(0, 0), 'x')).then(undefined, () => false);
    assert.equal(document.getText(), before);
  });

  it('changes by itself while it is in sight, and on refresh also where it is not', async () => {
    const hidden = await workspace.openTextDocument(liveUri({ context, stream: 'EVENTS' }, 'hidden'));
    const shown = await workspace.openTextDocument(liveUri({ context, stream: 'EVENTS' }, 'shown'));
    await window.showTextDocument(shown);
    await setDescription('by another program');
    await describes(shown, 'by another program');
    await describes(hidden, 'as it was');
    await commands.executeCommand('jetstream.refresh', { context, stream: 'EVENTS' });
    await describes(hidden, 'by another program');
    await setDescription('while it was hidden');
    await window.showTextDocument(hidden);
    await describes(hidden, 'while it was hidden');
  });

  it('has the form of the file that it follows, also after that has changed', async () => {
    const first = await workspace.openTextDocument(liveUri({ context, stream: 'EVENTS' }));
    await commands.executeCommand('jetstream.refresh', {});
    await describes(first, 'as it was');
    const path = join(folder, 'stream_EVENTS.json');
    const tabs = JSON.stringify(JSON.parse(first.getText()), undefined, '\t');
    writeFileSync(path, tabs);
    const uri = liveUri({ context, stream: 'EVENTS', form: Uri.file(path) });
    assert.equal(uri.path, '/live in live-host/stream_EVENTS.json');
    const document = await workspace.openTextDocument(uri);
    assert.equal(document.getText(), tabs);
    const line = JSON.stringify(JSON.parse(tabs));
    writeFileSync(path, line.replace('as it was', 'as the file says'));
    await eventually(() => assert.equal(document.getText(), line));
    const file = await window.showTextDocument(Uri.file(path));
    await eventually(() => assert.equal(file.document.getText(), line.replace('as it was', 'as the file says')));
    // What is typed and not saved counts too.
    await file.edit((edit) => edit.insert(new Position(0, 1), '  '));
    await eventually(() => assert.equal(document.getText(), line.replace('{', '{  ')));
    await commands.executeCommand('workbench.action.files.revert');
  });

  it('is empty where there is no such stream, and fills when it is made', async () => {
    const missing = await workspace.openTextDocument(liveUri({ context, stream: 'LATER' }));
    const consumer = await workspace.openTextDocument(liveUri({ context, stream: 'LATER', consumer: 'NEW' }));
    assert.equal(missing.getText() + consumer.getText(), '');
    await withClient(server.url, async (_, jsm) => {
      await jsm.streams.add({ name: 'LATER', subjects: ['later'] });
      await jsm.consumers.add('LATER', { durable_name: 'NEW' });
    });
    await commands.executeCommand('jetstream.refresh', {});
    await eventually(() => assert.match(missing.getText(), /"name": "LATER"/));
    await eventually(() => assert.match(consumer.getText(), /"durable_name": "NEW"/));
    await deleteStream(server.url, 'LATER');
    await commands.executeCommand('jetstream.refresh', { context });
    await eventually(() => assert.equal(missing.getText() + consumer.getText(), ''));
  });

  it('says why it cannot be read, and is there again when the server is', async () => {
    const nowhere = await workspace.openTextDocument(liveUri({ context: 'nowhere', stream: 'EVENTS' }));
    assert.match(nowhere.getText(), /cannot be read\.\n\/\/ .*nowhere/);
    const other = await startNatsServer({ version });
    writeContext('comes-and-goes', { url: other.url });
    const document = await workspace.openTextDocument(liveUri({ context: 'comes-and-goes', stream: 'EVENTS' }));
    await window.showTextDocument(document);
    assert.equal(document.getText(), '');
    await other.stop();
    await eventually(() => assert.match(document.getText(), /^\/\/ The configuration of stream EVENTS/), 30_000);
    const back = await startNatsServer({ version, port: other.port });
    try {
      await withClient(back.url, (_, jsm) => jsm.streams.add({ name: 'EVENTS', subjects: ['events'] }));
      await eventually(() => assert.match(document.getText(), /"name": "EVENTS"/), 30_000);
    } finally {
      await back.stop();
    }
  });
});
