import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AckPolicy } from 'nats';
import { configurationFolderOf } from '../../src/engine/backupSet/configurationFolder';
import { undoFolderOf } from '../../src/engine/backupSet/savedConfigurations';
import type { BackupConfigurationResult, RestoreConfigurationResult } from '../../src/engine/configurationResults';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { backupConfiguration, type BackupConfigurationRequest } from '../../src/engine/jobs/backupConfiguration';
import type { ConfigurationPlan, ConfigurationRequest } from '../../src/engine/jobs/configurationPlan';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { planStreamChange } from '../../src/engine/jobs/planStreamChange';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;

eachServer('configuration as files', (server) => {
  const settings = () => plainSettings(server().url);
  const backUp = async (
    directory: string,
    more: Partial<BackupConfigurationRequest> = {},
  ): Promise<BackupConfigurationResult> =>
    (await finishRun(backupConfiguration({ settings: settings(), directory, removeGone: false, ...more }, never)))
      .result;
  const apply = async (plan: ConfigurationPlan, confirmed: string[] = []): Promise<RestoreConfigurationResult> => {
    const request = { settings: settings(), confirmed, undoFolder: undoFolderOf(temp(), 'test') };
    return (await finishRun(applyConfiguration(request, plan, never))).result;
  };
  const restore = async (
    source: string,
    more: Partial<ConfigurationRequest> = {},
  ): Promise<RestoreConfigurationResult> => {
    const request: ConfigurationRequest = { settings: settings(), source, updateStreams: false, workerFile, ...more };
    return await apply((await finishRun(planConfiguration(request, never))).result);
  };

  const temp = useTempDir();
  before(() => makeSampleStreams(server().url));

  it('writes the same bytes again, and brings back what was deleted', async () => {
    const folder = configurationFolderOf(temp(), 'test');
    const first = await backUp(folder);
    assert.deepEqual(first.failed, []);
    assert.deepEqual(first.written, [
      'stream_EVENTS.json',
      'stream_KV_settings.json',
      'stream_ORDERS.json',
      'stream_ORDERS_consumer_DISPATCH.json',
      'stream_ORDERS_consumer_NEW.json',
    ]);
    const before = readAll(folder);
    assert.deepEqual((await backUp(folder)).written, []);
    for (const stream of ['EVENTS', 'KV_settings', 'ORDERS']) await deleteStream(server().url, stream);
    const restored = await restore(folder);
    assert.deepEqual(restored.failed, []);
    assert.equal(restored.applied.length, 5);
    assert.deepEqual(
      restored.applied.flatMap(({ differences }) => differences),
      [],
    );
    assert.deepEqual((await backUp(folder)).written, []);
    assert.deepEqual(readAll(folder), before);
  });

  it('tells files whose stream or consumer is gone, and removes only its own when asked', async () => {
    const folder = configurationFolderOf(temp(), 'test');
    await withClient(server().url, async (_, jsm) => {
      for (const name of ['GONE', 'EDITED']) {
        await jsm.streams.add({ name, subjects: [`${name}.>`] });
        await jsm.consumers.add(name, { durable_name: 'c', ack_policy: AckPolicy.Explicit });
      }
      await backUp(folder);
      await jsm.streams.delete('GONE');
      await jsm.streams.delete('EDITED');
    });
    const others = { 'stream_other.json': '{ "tool": "another" }', 'notes.txt': 'mine' };
    const edited = readFileSync(join(folder, 'stream_EDITED.json'), 'utf8').trim();
    for (const [name, text] of Object.entries({ ...others, 'stream_EDITED.json': edited })) {
      writeFileSync(join(folder, name), text);
    }
    const gone = ['stream_EDITED_consumer_c.json', 'stream_GONE.json', 'stream_GONE_consumer_c.json'];
    assert.deepEqual((await backUp(folder)).gone, gone);
    assert.deepEqual((await backUp(folder, { streams: ['ORDERS'] })).gone, []);
    const removed = await backUp(folder, { removeGone: true });
    assert.deepEqual([removed.gone, removed.removed], [[], gone]);
    const left = readAll(folder);
    assert.deepEqual(
      Object.keys(left).filter((name) => gone.includes(name)),
      [],
    );
    for (const [name, text] of Object.entries(others)) assert.equal(left[name], text);
    assert.equal(left['stream_EDITED.json'], edited);
  });

  it('keeps what a file held that it writes anew, and touches no file of somebody else', async () => {
    const folder = configurationFolderOf(temp(), 'test');
    await backUp(folder);
    const file = (name: string) => join(folder, name);
    const edited = readFileSync(file('stream_ORDERS.json'), 'utf8').replace('"max_msgs": -1', '"max_msgs": 77');
    writeFileSync(file('stream_ORDERS.json'), edited);
    const other = '{ "name": "ANOTHER", "subjects": ["another"] }';
    writeFileSync(file('stream_EVENTS.json'), other);
    rmSync(file('stream_KV_settings.json'));
    execFileSync('mkfifo', [file('stream_KV_settings.json')]);
    writeFileSync(file('stream_ORDERS_consumer_NEW.json'), ' '.repeat(2 * 1024 * 1024));
    const { written, failed, replaced = '' } = await backUp(folder);
    assert.deepEqual(written, ['stream_ORDERS.json']);
    assert.deepEqual(failed.map(({ stream, error }) => [stream, error.code]).sort(), [
      ['EVENTS', 'notABackup'],
      ['KV_settings', 'notABackup'],
      ['ORDERS', 'notABackup'],
    ]);
    assert.equal(dirname(replaced), undoFolderOf(temp(), 'test'));
    assert.deepEqual(readAll(replaced), { 'stream_ORDERS.json': edited });
    assert.equal(readFileSync(file('stream_EVENTS.json'), 'utf8'), other);
  });

  it('leaves what differs, updates it when told, and saves what was before', async () => {
    const folder = configurationFolderOf(temp(), 'test');
    await backUp(folder);
    const file = join(folder, 'stream_ORDERS.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"max_msgs": -1', '"max_msgs": 9007199254740993'));
    const left = await restore(folder);
    assert.deepEqual(
      left.plan
        .filter(({ action }) => action !== 'unchanged')
        .map(({ stream, action, changes }) => ({
          stream,
          action,
          changes,
        })),
      [
        {
          stream: 'ORDERS',
          action: 'differs',
          changes: [{ field: 'max_msgs', from: -1, to: '9007199254740993', verdict: 'applies' }],
        },
      ],
    );
    assert.deepEqual(left.applied, []);
    const updated = await restore(folder, { updateStreams: true });
    assert.deepEqual(updated.applied, [{ kind: 'stream', stream: 'ORDERS', action: 'update', differences: [] }]);
    await withClient(server().url, async (_, jsm) => {
      const { config } = await jsm.streams.info('ORDERS');
      assert.equal(config.max_msgs, Number(9007199254740993n));
    });
    const undone = await restore(updated.saved ?? '', { updateStreams: true });
    assert.equal(undone.applied.length, 1);
    assert.equal((await backUp(folder)).written.length, 1);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('names a stream that was asked for and is not there, and refuses a file that is none of the source', async () => {
    const folder = configurationFolderOf(temp(), 'test');
    await backUp(folder);
    const { plan, failed } = await restore(folder, { streams: ['ORDERS', 'NOT_THERE'] });
    assert.deepEqual(
      plan.filter(({ action }) => action !== 'unchanged').map(({ stream, action }) => [stream, action]),
      [['NOT_THERE', 'refused']],
    );
    assert.deepEqual(
      failed.map(({ stream, error }) => [stream, error.code]),
      [['NOT_THERE', 'streamNotFound']],
    );
    const file = join(folder, 'stream_NOT_THERE.json');
    await assert.rejects(restore(folder, { file }), { code: 'invalidOption', option: 'file' });
  });

  it('makes the same change to many streams, each with its own verdict', async () => {
    const change = { description: 'reviewed', metadata: null };
    const request = { settings: settings(), streams: ['ORDERS', 'EVENTS', 'NOT_THERE'], change };
    const plan = (await finishRun(planStreamChange(request, never))).result;
    assert.deepEqual(
      plan.items.map(({ change: { stream, action, changes } }) => [stream, action, changes.map(({ field }) => field)]),
      [
        ['EVENTS', 'update', ['description']],
        ['NOT_THERE', 'refused', []],
        ['ORDERS', 'update', ['description']],
      ],
    );
    const done = await apply(plan);
    assert.deepEqual(
      done.applied.map(({ stream }) => stream),
      ['EVENTS', 'ORDERS'],
    );
    assert.deepEqual(
      done.failed.map(({ stream, error }) => [stream, error.code]),
      [['NOT_THERE', 'streamNotFound']],
    );
    await withClient(server().url, async (_, jsm) => {
      for (const name of ['ORDERS', 'EVENTS']) {
        assert.equal((await jsm.streams.info(name)).config.description, 'reviewed');
      }
    });
  });
});

function readAll(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
