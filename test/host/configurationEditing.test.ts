import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  commands,
  DiagnosticSeverity,
  extensions,
  languages,
  Uri,
  window,
  workspace,
  type CompletionList,
  type Hover,
  type MarkdownString,
  type TextDocument,
} from 'vscode';
import { backupUri } from '../../src/extension/services/configurationUris';
import { eventually } from '../support/eventually';

const stream = {
  name: 'ORDERS',
  subjects: ['orders.>'],
  retention: 'limits',
  storage: 'file',
  max_bytes: 1_073_741_824,
  max_age: 86_400_000_000_000,
  consumer_limits: { inactive_threshold: 300_000_000_000 },
};
const consumer = { durable_name: 'NEW', ack_policy: 'explicit', backoff: [1_000_000_000, 5_000_000_000] };

describe('editing configuration files', () => {
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'editing-'));
    await extensions.getExtension('jetstream-backup.jetstream-backup')?.activate();
  });
  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (name: string, content: object): Promise<TextDocument> => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    const document = await workspace.openTextDocument(file);
    await window.showTextDocument(document, { preview: false });
    return document;
  };
  const found = (document: TextDocument) =>
    languages.getDiagnostics(document.uri).map(({ range, message, severity, tags }) => {
      assert.equal(severity, DiagnosticSeverity.Warning);
      // Nothing is struck through as deprecated.
      assert.deepEqual(tags ?? [], []);
      return `${document.getText(range)}: ${message}`;
    });
  /** Waits until VS Code has looked at a document that has one known mistake. */
  const diagnosed = async (document: TextDocument, expected: RegExp[]) => {
    await eventually(() => {
      const all = found(document);
      assert.equal(all.length, expected.length, all.join('\n') || 'no diagnostics');
      expected.forEach((pattern, index) => assert.match(all[index] ?? '', pattern));
    });
  };
  const hoverTexts = async (document: TextDocument, text: string) => {
    const position = document.positionAt(document.getText().indexOf(text) + 1);
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, position);
    return hovers.flatMap(({ contents }) =>
      contents.map((content) => (content as MarkdownString).value.replaceAll('&nbsp;', ' ')),
    );
  };

  it("underlines what a stream's file may not hold", async () => {
    const document = await open('stream_WRONG.json', {
      ...stream,
      retention: 'forever',
      max_age: '24h',
      max_mesages: 5,
    });
    await diagnosed(document, [
      /^"forever": Value is not accepted\. Valid values: "limits", "interest", "workqueue"\./,
      /^"24h": Incorrect type\. Expected "integer"\./,
      /^"max_mesages": 5: No nats-server up to 2\.15 knows this field\./,
    ]);
  });

  it("underlines what a consumer's file may not hold, by the schema of consumers", async () => {
    const wrong = { ...consumer, ack_policy: 'some', subjects: ['a'] };
    const document = await open('stream_WRONG_consumer_NEW.json', wrong);
    await diagnosed(document, [
      /^"some": Value is not accepted\. Valid values: "none", "all", "explicit", "flow_control"\./,
      /^"subjects": \[\s*"a"\s*\]: No nats-server up to 2\.15 knows this field\./,
    ]);
  });

  it('underlines nothing in right files, in old envelopes, and in files of other tools', async () => {
    const documents = [
      await open('stream_ORDERS.json', stream),
      await open('stream_ORDERS_consumer_NEW.json', consumer),
      await open('stream_A%5Fconsumer_B.json', { ...stream, name: 'A_consumer_B' }),
      await open('old/stream_ORDERS.json', { type: 'stream', checksum: '', configuration: '' }),
      await open('other/stream_settings.json', { url: 'x', retention_days: 3, max_age: undefined, on: true }),
      await open('data/ORDERS/backup.json', { config: stream, state: {} }),
    ];
    // What is checked after all of these has its warning: these have none.
    await diagnosed(await open('stream_LAST.json', { ...stream, storage: 'disk' }), [/^"disk"/]);
    for (const document of documents) assert.deepEqual(found(document), [], document.fileName);
  });

  it('shows durations, sizes and what a field is', async () => {
    const document = await open('stream_HOVER.json', stream);
    await eventually(async () => {
      const texts = await hoverTexts(document, '86400000000000');
      assert.ok(texts.includes('**24 h**'), texts.join('\n'));
      assert.ok(
        texts.some((text) => /How old a message may become[^]*Unit: nanoseconds/.test(text)),
        texts.join('\n'),
      );
    });
    assert.match(
      (await hoverTexts(document, '"max_bytes"')).join('\n'),
      /\*\*1\.0 GiB \\?\(1,073,741,824 bytes\\?\)\*\*/,
    );
    assert.match((await hoverTexts(document, '300000000000')).join('\n'), /\*\*5 min\*\*/);
    const ofConsumer = await open('stream_HOVER_consumer_NEW.json', consumer);
    assert.match((await hoverTexts(ofConsumer, '"backoff"')).join('\n'), /\*\*1 s, 5 s\*\*/);
    assert.match((await hoverTexts(ofConsumer, '5000000000')).join('\n'), /\*\*5 s\*\*/);
  });

  it('shows them in documents of what is inside a backup too, whatever they are called', async () => {
    const source = (await open('stream_INSIDE.json', stream)).fileName;
    const uri = backupUri({ source, stream: 'ORDERS' }, 'a backup', 'orders.json');
    const document = await workspace.openTextDocument(uri);
    assert.ok((await hoverTexts(document, '86400000000000')).includes('**24 h**'));
  });

  it('offers the values of an enumeration', async () => {
    const document = await open('stream_VALUES.json', stream);
    const position = document.positionAt(document.getText().indexOf('"limits"') + 1);
    await eventually(async () => {
      const { items } = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        Uri.file(document.fileName),
        position,
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      for (const value of ['"limits"', '"interest"', '"workqueue"']) assert.ok(labels.includes(value), labels.join());
    });
  });
});
