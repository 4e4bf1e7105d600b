import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from 'vscode';
import type { BackupConfigurationResult, RestoreConfigurationResult } from '../../src/extension/api';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, withClient } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';

const version = natsServerVersions.at(-1) ?? '';

describe('configuration as files by command', () => {
  let server: NatsServer;
  before(async () => {
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContext('files', { url: server.url });
  });
  after(() => server.stop());

  const backUp = (options: object = {}) =>
    commands.executeCommand<BackupConfigurationResult>('jetstream.backupConfiguration', {
      context: 'files',
      ...options,
    });
  const restore = (options: object) =>
    commands.executeCommand<RestoreConfigurationResult>('jetstream.restoreConfiguration', {
      context: 'files',
      ...options,
    });

  it('writes files, brings back what is missing, updates only when told, and undoes it', async () => {
    const { directory, written } = await backUp();
    assert.equal(written.length, 5);
    assert.ok(directory.endsWith(join('jetstream-backups', 'files', 'config')), directory);
    await deleteStream(server.url, 'EVENTS');
    const file = join(directory, 'stream_ORDERS.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"max_msgs_per_subject": -1', '"max_msgs_per_subject": 1000'));

    const plan = await restore({ source: directory, dryRun: true });
    assert.deepEqual(
      plan.plan.filter(({ action }) => action !== 'unchanged').map(({ stream, action }) => `${action} ${stream}`),
      ['create EVENTS', 'differs ORDERS'],
    );
    assert.deepEqual(plan.applied, []);

    const created = await restore({ source: directory });
    assert.deepEqual(
      created.applied.map(({ stream, action }) => `${action} ${stream}`),
      ['create EVENTS'],
    );
    const updated = await restore({ source: directory, updateStreams: true });
    assert.deepEqual(updated.failed, []);
    assert.equal(updated.applied.length, 1);
    await withClient(server.url, async (_, jsm) => {
      assert.equal((await jsm.streams.info('ORDERS')).config.max_msgs_per_subject, 1000);
    });
    assert.ok(updated.saved !== undefined && existsSync(join(updated.saved, 'stream_ORDERS.json')));
    await restore({ source: updated.saved, updateStreams: true });
    await backUp();
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('rejects options that are missing or unknown', async () => {
    const rejects = (run: Thenable<unknown>, code: string, option?: string) =>
      assert.rejects(Promise.resolve(run), { code, ...(option === undefined ? {} : { option }) });
    await rejects(commands.executeCommand('jetstream.backupConfiguration', {}), 'invalidOption', 'context');
    await rejects(restore({}), 'invalidOption', 'source');
    await rejects(restore({ source: '/nowhere/at/all' }), 'fileAccess');
    await rejects(restore({ source: 'x', updatestreams: true }), 'invalidOption', 'updatestreams');
    await rejects(backUp({ streams: 'a.b' }), 'invalidOption', 'streams');
    const change = (options: object) =>
      commands.executeCommand('jetstream.changeStreams', { context: 'files', streams: 'ORDERS', ...options });
    await rejects(change({ change: { max_msgs: 5 }, dryRun: 'no' }), 'invalidOption', 'dryRun');
    await rejects(change({ change: {}, confirm: 7 }), 'invalidOption', 'confirm');
    await rejects(change({ change: {} }), 'invalidOption', 'change');
  });
});
