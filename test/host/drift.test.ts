import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AckPolicy, connect, type NatsConnection } from 'nats';
import { commands, workspace } from 'vscode';
import { canonicalStreamConfig, ContextStore, parseJson, type StreamConfig } from '../../src/engine';
import { BackupSets } from '../../src/extension/services/backupSets';
import { Connections } from '../../src/extension/services/connections';
import { Contexts } from '../../src/extension/services/contexts';
import { ContextSecrets } from '../../src/extension/services/contextSecrets';
import { Disposables } from '../../src/extension/services/disposables';
import { Drift } from '../../src/extension/services/drift';
import { OpenedFolders } from '../../src/extension/services/openedFolders';
import { ProgramConsent } from '../../src/extension/services/programConsent';
import { RefreshRequests } from '../../src/extension/services/refreshRequests';
import { Settings } from '../../src/extension/services/settings';
import { Log } from '../../src/extension/ui/log';
import { ContextsTree } from '../../src/extension/views/contexts/contextsView';
import type { Row } from '../../src/extension/views/row';
import { eachServer } from '../support/eachServer';
import { eventually } from '../support/eventually';
import { newMemento, newSecrets } from '../support/extensionState';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeRichStreams } from '../support/richStreams';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { makeManyStreams } from '../support/streamsOfEveryKind';
import { measureThread } from '../support/threadLoad';
import { natsServerVersions } from '../support/tools';

const backupFolder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'jetstream-backups');

/** The Contexts tree over services of its own. */
class Tree {
  private readonly owned = new Disposables();
  readonly drift: Drift;
  private readonly tree: ContextsTree;

  constructor(private readonly context: string) {
    // All channels of one name end with the first of them.
    const log = new Log();
    const requests = this.owned.add(new RefreshRequests());
    const secrets = new ContextSecrets(newSecrets());
    const contexts = this.owned.add(new Contexts(new ContextStore(), secrets, new ProgramConsent(newMemento()), log));
    const connections = this.owned.add(new Connections(contexts, log));
    const opened = this.owned.add(new OpenedFolders(newMemento()));
    const sets = this.owned.add(new BackupSets(new Settings(), opened, requests));
    this.drift = this.owned.add(new Drift(sets, requests, log));
    this.tree = this.owned.add(new ContextsTree(contexts, { connections, drift: this.drift }, requests));
  }

  async row(...names: string[]): Promise<Row> {
    let row = (await this.tree.getChildren()).find((each) => each.context === this.context);
    for (const name of names) {
      const rows: Row[] = await this.tree.getChildren(row);
      row = rows.find((each) => labelOf(each) === name);
      assert.ok(row, `there is no ${name} among ${rows.map(labelOf).join(', ')}`);
    }
    assert.ok(row, `there is no context ${this.context}`);
    return row;
  }

  /** `ORDERS differs`: the rows below one, with their marks. */
  async marks(...names: string[]): Promise<string[]> {
    const rows = await this.tree.getChildren(await this.row(...names));
    return rows.map((row) => `${labelOf(row)} ${row.item().resourceUri?.query ?? ''}`.trim());
  }

  async files(): Promise<string> {
    return String((await this.row('Configuration files')).item().description);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function labelOf(row: Row): string {
  const { label } = row.item();
  return typeof label === 'string' ? label : '';
}

/** What is asked of the server's JetStream API from now on. */
async function watchRequests(url: string): Promise<{ subjects: string[]; connection: NatsConnection }> {
  const connection = await connect({ servers: url });
  const subjects: string[] = [];
  connection.subscribe('$JS.API.>', { callback: (_, { subject }) => void subjects.push(subject.slice(8)) });
  await connection.flush();
  return { subjects, connection };
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  assert.ok(text.includes(from), `${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

describe('how streams stand to their files, in the Contexts tree', () => {
  const version = natsServerVersions.at(-1) ?? '';
  const config = join(backupFolder, 'drifting', 'config');
  let server: NatsServer;
  let tree: Tree;

  beforeEach(async () => {
    rmSync(join(backupFolder, 'drifting'), { recursive: true, force: true });
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContext('drifting', { url: server.url });
    tree = new Tree('drifting');
  });
  afterEach(async () => {
    tree.dispose();
    await server.stop();
    rmSync(join(backupFolder, 'drifting'), { recursive: true, force: true });
  });

  const backUp = () => commands.executeCommand('jetstream.backupConfiguration', { context: 'drifting' });

  it('is not said without a folder, begins with the first export, and ends with the folder', async () => {
    assert.deepEqual(await tree.marks(), ['Account', 'EVENTS', 'KV_settings', 'ORDERS']);
    await backUp();
    await eventually(async () => assert.equal(await tree.files(), 'as on the server'));
    assert.deepEqual(await tree.marks(), ['Account', 'Configuration files', 'EVENTS', 'KV_settings', 'ORDERS']);
    assert.deepEqual(await tree.marks('Configuration files'), ['No file differs from what is live']);
    rmSync(config, { recursive: true });
    await eventually(async () => assert.deepEqual(await tree.marks(), ['Account', 'EVENTS', 'KV_settings', 'ORDERS']));
  });

  it('follows files that change, come and go, and asks the server nothing for it', async () => {
    await backUp();
    const { subjects, connection } = await watchRequests(server.url);
    await eventually(async () => assert.equal(await tree.files(), 'as on the server'));
    assert.deepEqual(await tree.marks('ORDERS'), ['DISPATCH', 'NEW']);
    const asked = ['INFO', 'STREAM.LIST', 'STREAM.INFO.ORDERS', 'CONSUMER.LIST.ORDERS'].sort();
    await eventually(() => assert.deepEqual([...subjects].sort(), asked));

    edit(join(config, 'stream_ORDERS.json'), '"max_msgs": -1', '"max_msgs": 5');
    await eventually(async () => assert.equal(await tree.files(), '1 differs'));
    const tooltip = (await tree.row('ORDERS')).tooltip()?.value ?? '';
    assert.match(tooltip, /Differs from stream\\_ORDERS\.json in 1 field\. Compare/);
    assert.match(tooltip, /max\\_msgs: 5&nbsp;→&nbsp;-1/);
    edit(join(config, 'stream_ORDERS_consumer_NEW.json'), '"max_ack_pending": 1000', '"max_ack_pending": 7');
    rmSync(join(config, 'stream_ORDERS_consumer_DISPATCH.json'));
    rmSync(join(config, 'stream_EVENTS.json'));
    writeFileSync(join(config, 'stream_GONE.json'), '{"name":"GONE","subjects":["gone"]}');
    writeFileSync(join(config, 'stream_GONE_consumer_A.json'), '{"durable_name":"A","ack_policy":"explicit"}');
    writeFileSync(join(config, 'stream_ORDERS_consumer_LOST.json'), '{"durable_name":"LOST"}');
    writeFileSync(join(config, 'stream_KV_settings.json'), '{');
    await eventually(async () => {
      const expected = '2 differ · 2 without a file · 3 not on the server · 1 file unusable';
      assert.equal(await tree.files(), expected);
    });
    assert.deepEqual(await tree.marks(), [
      'Account',
      'Configuration files',
      'EVENTS withoutFile',
      'KV_settings unreadable',
      'ORDERS differs',
    ]);
    const ofOrders = ['DISPATCH withoutFile', 'NEW differs', 'LOST onlyInFiles'];
    await eventually(async () => assert.deepEqual(await tree.marks('ORDERS'), ofOrders));
    assert.deepEqual(await tree.marks('Configuration files'), [
      'ORDERS differs',
      'NEW differs',
      'GONE onlyInFiles',
      'LOST onlyInFiles',
      'stream_KV_settings.json',
    ]);
    assert.deepEqual([...subjects].sort(), asked, 'the server was asked for more');
    await connection.close();
  });

  it('is found again when the server is listed again', async () => {
    await backUp();
    await eventually(async () => assert.equal(await tree.files(), 'as on the server'));
    await withClient(server.url, async (_, jsm) => {
      await jsm.streams.add({ name: 'NEWER', subjects: ['newer'] });
      await jsm.consumers.add('NEWER', { durable_name: 'D', ack_policy: AckPolicy.Explicit });
    });
    await deleteStream(server.url, 'EVENTS');
    (await tree.row()).forget();
    await eventually(async () => {
      await tree.marks();
      assert.equal(await tree.files(), '1 without a file · 1 not on the server');
    });
    // A consumer is compared when its stream is opened, and its mark comes a moment later.
    await eventually(async () => assert.deepEqual(await tree.marks('NEWER'), ['D withoutFile']));
    const [gone] = (await (await tree.row('Configuration files')).children()).filter(
      ({ stream }) => stream === 'EVENTS',
    );
    assert.deepEqual([gone?.context, gone?.source], ['drifting', config]);
  });
});

eachServer('what was exported', (server, version) => {
  it('does not differ from what is live', async () => {
    const context = `unchanged-${version}`;
    await makeSampleStreams(server().url);
    await withClient(server().url, async (nc) => await makeRichStreams(nc, Number(version.split('.')[1])));
    writeContext(context, { url: server().url });
    await commands.executeCommand('jetstream.backupConfiguration', { context });
    const tree = new Tree(context);
    try {
      for (const row of await (await tree.row()).children()) await row.children();
      await eventually(async () => assert.equal(await tree.files(), 'as on the server'));
    } finally {
      tree.dispose();
      rmSync(join(backupFolder, context), { recursive: true, force: true });
    }
  });
});

describe('the files of 2,000 streams', () => {
  const version = natsServerVersions.at(-1) ?? '';
  const config = join(backupFolder, 'crowd', 'config');
  let server: NatsServer;

  before(async () => {
    server = await startNatsServer({
      version,
      config: 'accounts { A { jetstream: enabled, users [{user: a, password: a}] } }',
    });
    await makeManyStreams(server.url, 2000, { user: 'a', pass: 'a' });
    writeContext('crowd', { url: server.url, user: 'a', password: 'a' });
    mkdirSync(config, { recursive: true });
    await withClient(
      server.url,
      async (_, jsm) => {
        for await (const { config: stream } of jsm.streams.list()) {
          const text = canonicalStreamConfig(parseJson(JSON.stringify(stream)) as StreamConfig);
          // Half of them differ by rules of the server only, one really.
          const other = Number(stream.name.slice(1)) % 2 === 0 ? text : text.replace('  "max_age": 0,\n', '');
          writeFileSync(join(config, `stream_${stream.name}.json`), other);
        }
      },
      { user: 'a', pass: 'a' },
    );
    edit(join(config, 'stream_S0100.json'), '"max_msgs": -1', '"max_msgs": 9');
  });
  after(async () => {
    await server.stop();
    rmSync(join(backupFolder, 'crowd'), { recursive: true, force: true });
  });

  it('are compared without holding up VS Code', async () => {
    const blocks: number[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const tree = new Tree('crowd');
      await (await tree.row()).children();
      const { longestBlock } = await measureThread(async () => {
        await eventually(async () => assert.equal(await tree.files(), '1 differs'), 60_000);
      });
      tree.dispose();
      blocks.push(longestBlock);
      if (longestBlock <= 50) return;
    }
    assert.fail(`the thread was held up for ${blocks.map((ms) => ms.toFixed(1)).join(', ')} ms`);
  }).timeout(300_000);
});
