import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eachServer } from '../support/eachServer';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { deleteStream, makeSampleStreams, readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

eachServer('a restore that updates the streams that exist', (server) => {
  const temp = useTempDir();
  before(() => makeSampleStreams(server().url));

  it('brings configuration to the backup and restores what is missing, messages and all', async () => {
    const settings = plainSettings(server().url);
    const { directory = '' } = (await runBackup(backupRequest(settings, temp()))).result;
    const events = await readStream(server().url, 'EVENTS');
    await deleteStream(server().url, 'EVENTS');
    await withClient(server().url, async (nc, jsm) => {
      await jsm.streams.update('ORDERS', { description: 'changed since', max_msgs: 1_000_000 });
      await jsm.consumers.delete('ORDERS', 'DISPATCH');
      await nc.jetstream().publish('orders.new.1', 'since the backup');
    });
    const undoFolder = temp('undo');
    const request = restoreRequest(settings, directory, { existing: 'update', undoFolder });
    const { plan, result } = await runRestore(request);
    assert.deepEqual(plan.streams.map(({ name, action }) => `${action} ${name}`).sort(), [
      'restore EVENTS',
      'skip KV_settings',
      'update ORDERS',
    ]);
    assert.deepEqual(result.streams.map(({ name, outcome, error }) => [name, outcome, error]).sort(), [
      ['EVENTS', 'restored', undefined],
      ['KV_settings', 'skipped', undefined],
      ['ORDERS', 'updated', undefined],
    ]);
    await withClient(server().url, async (_, jsm) => {
      const { config, state } = await jsm.streams.info('ORDERS');
      assert.deepEqual([config.description, config.max_msgs, state.messages], [undefined, -1, 501]);
      assert.equal((await jsm.consumers.info('ORDERS', 'DISPATCH')).config.max_deliver, 5);
    });
    assert.deepEqual(await readStream(server().url, 'EVENTS'), events);
    const again = await runRestore(request);
    assert.deepEqual(new Set(again.result.streams.map(({ outcome }) => outcome)), new Set(['skipped']));
    assert.ok(existsSync(join(undoFolder, '.gitignore')));
  });

  it('says what could not be updated, and restores the rest', async () => {
    const settings = plainSettings(server().url);
    const { directory = '' } = (await runBackup(backupRequest(settings, temp()))).result;
    await withClient(server().url, (_, jsm) => jsm.streams.update('ORDERS', { description: 'changed again' }));
    await deleteStream(server().url, 'EVENTS');
    // The backup's configuration cannot be saved where a file stands in the way.
    const undoFolder = join(directory, 'manifest.json', 'undo');
    const { result } = await runRestore(restoreRequest(settings, directory, { existing: 'update', undoFolder }));
    const outcomes = new Map(result.streams.map(({ name, outcome, error }) => [name, [outcome, error?.code]]));
    assert.deepEqual(outcomes.get('EVENTS'), ['restored', undefined]);
    assert.deepEqual(outcomes.get('ORDERS'), ['failed', 'fileAccess']);
  });
});
