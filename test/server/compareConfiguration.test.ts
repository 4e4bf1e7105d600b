import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AckPolicy, RetentionPolicy } from 'nats';
import { inFormOf } from '../../src/engine/config/inFormOf';
import type { ComparedConfiguration } from '../../src/engine/configurationResults';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import { compareBackups, type BackupComparison, type ComparedBackup } from '../../src/engine/jobs/compareBackups';
import {
  compareConfiguration,
  type CompareConfigurationRequest,
  type LiveComparison,
} from '../../src/engine/jobs/compareConfiguration';
import { eachServer } from '../support/eachServer';
import { backupRequest, finishRun, plainSettings, runBackup, workerFile } from '../support/engineRun';
import { natsCliOk } from '../support/natsCli';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;

/** `ORDERS/NEW differs` */
function statesOf({ pairs }: { pairs: { compared: ComparedConfiguration<string> }[] }): string[] {
  return pairs.map(({ compared: { stream, consumer, state } }) => {
    return `${stream}${consumer === undefined ? '' : `/${consumer}`} ${state}`;
  });
}

const everything = ['EVENTS', 'KV_settings', 'ORDERS', 'ORDERS/DISPATCH', 'ORDERS/NEW'];

eachServer('configuration compared', (server) => {
  const temp = useTempDir();
  const settings = () => plainSettings(server().url);
  const withLive = async (source: string, more: Partial<CompareConfigurationRequest> = {}): Promise<LiveComparison> =>
    (await finishRun(compareConfiguration({ settings: settings(), source, workerFile, ...more }, never))).result;
  const backups = async (left: ComparedBackup, right: ComparedBackup): Promise<BackupComparison> =>
    (await finishRun(compareBackups({ left, right, workerFile }, never))).result;
  const exported = async (): Promise<string> => {
    const request = { settings: settings(), directory: temp('config'), removeGone: false };
    const { result } = await finishRun(backupConfiguration(request, never));
    assert.deepEqual(result.failed, []);
    return temp('config');
  };
  const edit = (file: string, what: RegExp, by: string) => {
    const text = readFileSync(file, 'utf8');
    assert.match(text, what);
    writeFileSync(file, text.replace(what, by));
  };

  beforeEach(() => makeSampleStreams(server().url));
  afterEach(() =>
    withClient(server().url, async (_, jsm) => {
      for (const name of await jsm.streams.names().next()) await jsm.streams.delete(name);
    }),
  );

  it('is the same right after an export, in whatever form the files are', async () => {
    const folder = await exported();
    const first = await withLive(folder);
    assert.deepEqual(
      statesOf(first),
      everything.map((name) => `${name} same`),
    );
    assert.deepEqual(first.problems, []);
    const orders = join(folder, 'stream_ORDERS.json');
    writeFileSync(orders, JSON.stringify(JSON.parse(readFileSync(orders, 'utf8')), undefined, '\t'));
    assert.deepEqual(
      statesOf(await withLive(folder)),
      everything.map((name) => `${name} same`),
    );
  });

  it('counts a field that is left out as its default, and gives the live text the form of such a file', async () => {
    const folder = temp('written');
    mkdirSync(folder);
    const texts = {
      'stream_ORDERS.json': '{\n\t"subjects": ["orders.>"],\n\t"name": "ORDERS"\n}',
      'stream_ORDERS_consumer_DISPATCH.json':
        '{"durable_name": "DISPATCH",\r\n "max_deliver": 5,\r\n "ack_policy": "explicit"}\r\n',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const { pairs, server: facts } = await withLive(folder, { streams: ['ORDERS'] });
    assert.deepEqual(statesOf({ pairs }), ['ORDERS same', 'ORDERS/DISPATCH same', 'ORDERS/NEW onlyLive']);
    const formed = pairs.flatMap(({ left, right }) =>
      left && right ? [inFormOf(right.kind, right.config, readFileSync(left.file, 'utf8'), facts)] : [],
    );
    assert.deepEqual(formed, Object.values(texts));
    await withClient(server().url, (_, jsm) => jsm.consumers.update('ORDERS', 'DISPATCH', { max_ack_pending: 7 }));
    const [, dispatch] = (await withLive(folder, { streams: ['ORDERS'] })).pairs;
    assert.deepEqual(dispatch?.compared.changes, [{ field: 'max_ack_pending', from: 1000, to: 7 }]);
    const config = dispatch?.right?.config ?? {};
    assert.equal(
      inFormOf('consumer', config, texts['stream_ORDERS_consumer_DISPATCH.json'], facts),
      '{"durable_name": "DISPATCH",\r\n "max_deliver": 5,\r\n "ack_policy": "explicit",\r\n "max_ack_pending": 7}\r\n',
    );
  });

  it('tells each field that differs, the backup first, with integers beyond 2^53', async () => {
    const folder = await exported();
    edit(join(folder, 'stream_ORDERS.json'), /"max_msgs": -1/, '"max_msgs": 9007199254740993');
    edit(join(folder, 'stream_ORDERS_consumer_DISPATCH.json'), /"max_deliver": 5/, '"max_deliver": 7');
    const { pairs } = await withLive(folder);
    assert.deepEqual(
      pairs.flatMap(({ compared }) => (compared.state === 'same' ? [] : [compared])),
      [
        {
          kind: 'stream',
          stream: 'ORDERS',
          state: 'differs',
          changes: [{ field: 'max_msgs', from: '9007199254740993', to: -1 }],
        },
        {
          kind: 'consumer',
          stream: 'ORDERS',
          consumer: 'DISPATCH',
          state: 'differs',
          changes: [{ field: 'max_deliver', from: 7, to: 5 }],
        },
      ],
    );
  });

  it('tells what is on one side only', async () => {
    const folder = await exported();
    await deleteStream(server().url, 'EVENTS');
    await withClient(server().url, async (_, jsm) => {
      await jsm.streams.add({ name: 'ADDED', subjects: ['added'], retention: RetentionPolicy.Workqueue });
      await jsm.consumers.add('ADDED', { durable_name: 'NEW', ack_policy: AckPolicy.Explicit });
      await jsm.consumers.delete('ORDERS', 'NEW');
      await jsm.consumers.add('ORDERS', { durable_name: 'LATER', ack_policy: AckPolicy.Explicit });
    });
    assert.deepEqual(statesOf(await withLive(folder)), [
      'ADDED onlyLive',
      'ADDED/NEW onlyLive',
      'EVENTS onlyInBackup',
      'KV_settings same',
      'ORDERS same',
      'ORDERS/DISPATCH same',
      'ORDERS/LATER onlyLive',
      'ORDERS/NEW onlyInBackup',
    ]);
    assert.deepEqual(statesOf(await withLive(folder, { streams: ['ADDED', 'EVENTS'] })), [
      'ADDED onlyLive',
      'ADDED/NEW onlyLive',
      'EVENTS onlyInBackup',
    ]);
    assert.deepEqual(statesOf(await withLive(folder, { streams: ['ORDERS'], consumer: 'LATER' })), [
      'ORDERS/LATER onlyLive',
    ]);
    assert.deepEqual(statesOf(await withLive(join(folder, 'stream_EVENTS.json'))), ['EVENTS onlyInBackup']);
    assert.deepEqual(statesOf(await withLive(join(folder, 'stream_ORDERS.json'))), ['ORDERS same']);
    assert.deepEqual(statesOf(await withLive(join(folder, 'stream_ORDERS_consumer_NEW.json'))), [
      'ORDERS/NEW onlyInBackup',
    ]);
  });

  it('names files that are none, and goes on with the others', async () => {
    const folder = await exported();
    writeFileSync(join(folder, 'stream_EVENTS.json'), '{\n  "name": "EVENTS",\n');
    const { pairs, problems } = await withLive(folder);
    assert.deepEqual(
      problems.map(({ file, code }) => ({ file, code })),
      [{ file: join(folder, 'stream_EVENTS.json'), code: 'notABackup' }],
    );
    assert.ok(statesOf({ pairs }).includes('ORDERS same'));
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await assert.rejects(withLive(folder), { code: 'notABackup' });
  });

  it('compares sets with what they were asked for, and with each other', async () => {
    const whole = (await runBackup(backupRequest(settings(), temp(), { data: false }))).result.directory ?? '';
    const some =
      (await runBackup(backupRequest(settings(), temp('some'), { streams: ['EVENTS'] }))).result.directory ?? '';
    const folder = await exported();
    edit(join(folder, 'stream_EVENTS.json'), /"max_age": 0/, '"max_age": 3600000000000');
    assert.deepEqual(
      statesOf(await withLive(whole)),
      everything.map((name) => `${name} same`),
    );
    assert.deepEqual(statesOf(await withLive(some)), ['EVENTS same']);
    assert.deepEqual(statesOf(await backups({ source: some }, { source: whole })), [
      'EVENTS same',
      ...everything.slice(1).map((name) => `${name} onlyRight`),
    ]);
    const { pairs } = await backups({ source: whole, streams: ['EVENTS'] }, { source: folder, streams: ['EVENTS'] });
    assert.deepEqual(
      pairs.map(({ compared }) => compared),
      [
        {
          kind: 'stream',
          stream: 'EVENTS',
          state: 'differs',
          changes: [{ field: 'max_age', from: 0, to: 3_600_000_000_000 }],
        },
      ],
    );
    const files = ['stream_EVENTS.json', 'stream_ORDERS.json'].map((name) => ({ source: join(folder, name) }));
    const two = await backups(files[0] ?? { source: '' }, files[1] ?? { source: '' });
    assert.deepEqual(statesOf(two), ['EVENTS differs']);
    assert.ok(two.pairs[0]?.compared.changes.some(({ field }) => field === 'subjects'));
  });

  it('reads a folder of the nats command line, with the consumers in its archive', async () => {
    const folder = temp('cli');
    await natsCliOk(['--server', server().url, 'backup', 'stream', 'ORDERS', folder]);
    // The command line leaves out some fields that are at their default.
    assert.deepEqual(statesOf(await withLive(folder)), ['ORDERS same', 'ORDERS/DISPATCH same', 'ORDERS/NEW same']);
    await withClient(server().url, (_, jsm) => jsm.consumers.update('ORDERS', 'DISPATCH', { max_deliver: 9 }));
    const { pairs } = await withLive(folder);
    assert.deepEqual(
      pairs.flatMap(({ compared }) => compared.changes),
      [{ field: 'max_deliver', from: 5, to: 9 }],
    );
  });
});
