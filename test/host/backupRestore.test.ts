import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CancellationTokenSource, commands, workspace } from 'vscode';
import type { BackupResult, RestoreResult } from '../../src/extension/api';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, readStream } from '../support/sampleStreams';
import { natsServerVersions } from '../support/tools';

const version = natsServerVersions.at(-1) ?? '';

describe('backup and restore by command', () => {
  let server: NatsServer;
  before(async () => {
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContext('host', { url: server.url });
  });
  after(() => server.stop());

  const backup = (options: object) => commands.executeCommand<BackupResult>('jetstream.backupStream', options);
  const restore = (options: object) => commands.executeCommand<RestoreResult>('jetstream.restoreStream', options);
  const rejects = (run: Thenable<unknown>, code: string, option?: string) =>
    assert.rejects(Promise.resolve(run), (error: Error & { code?: string; option?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.equal(error.option, option);
      return true;
    });

  for (const progress of ['notification', 'log']) {
    it(`brings a stream back, with progress as ${progress}`, async () => {
      await workspace.getConfiguration('jetstream').update('progress', progress, true);
      const before = await readStream(server.url, 'ORDERS');
      const made = await backup({ context: 'host', streams: ['ORDERS'] });
      assert.ok(made.directory !== undefined && existsSync(join(made.directory, 'data', 'ORDERS', 'backup.json')));
      const root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
      assert.ok(made.directory.startsWith(join(root, 'jetstream-backups', 'host')), made.directory);
      await deleteStream(server.url, 'ORDERS');
      const restored = await restore({ context: 'host', source: made.directory });
      assert.deepEqual(
        restored.streams.map(({ name, outcome, differences }) => ({ name, outcome, differences })),
        [{ name: 'ORDERS', outcome: 'restored', differences: [] }],
      );
      assert.deepEqual(await readStream(server.url, 'ORDERS'), before);
    });
  }

  it('backs up an account, its configuration alone or with data', async () => {
    const account = (options: object) => commands.executeCommand<BackupResult>('jetstream.backupAccount', options);
    const plain = await account({ context: 'host' });
    assert.deepEqual(new Set(plain.streams.map(({ outcome }) => outcome)), new Set(['configurationOnly']));
    const whole = await account({ context: 'host', data: true });
    assert.equal(whole.streams.length, 3);
    assert.ok(whole.streams.every(({ outcome, verified }) => outcome === 'backedUp' && verified));
  });

  it('foresees a stream that exists', async () => {
    const made = await backup({ context: 'host', streams: 'EVENTS' });
    const refused = await restore({ context: 'host', source: made.directory });
    assert.equal(refused.streams[0]?.outcome, 'failed');
    assert.equal(refused.streams[0]?.error?.message, 'Stream EVENTS already exist');
    const skipped = await restore({ context: 'host', source: made.directory, existing: 'skip' });
    assert.equal(skipped.streams[0]?.outcome, 'skipped');
  });

  it('keeps nothing of a run that was cancelled before it began', async () => {
    const source = new CancellationTokenSource();
    source.cancel();
    await rejects(backup({ context: 'host', streams: 'EVENTS', token: source.token }), 'cancelled');
  });

  it('rejects what is missing or contradictory, by code and option', async () => {
    await rejects(backup({ streams: 'EVENTS' }), 'invalidOption', 'context');
    await rejects(backup({ context: 'host' }), 'invalidOption', 'streams');
    await rejects(backup({ context: 'host', streams: 'a.b' }), 'invalidOption', 'streams');
    await rejects(backup({ context: 'host', streams: 'EVENTS', chunksize: 1 }), 'invalidOption', 'chunksize');
    await rejects(backup({ context: 'nowhere', streams: 'EVENTS' }), 'contextNotFound');
    await rejects(restore({ context: 'host', source: 'x', renameTo: 'Y' }), 'notSupported', 'renameTo');
    await rejects(restore({ context: 'host', source: 'x', existing: 'replace' }), 'notSupported', 'existing');
    await rejects(restore({ context: 'host', source: '/nowhere/at/all' }), 'fileAccess');
  });

  it('names a stream that is not there, and goes on with the others', async () => {
    const made = await backup({ context: 'host', streams: ['EVENTS', 'NOT_THERE'] });
    assert.deepEqual(
      made.streams.map(({ name, outcome, error }) => ({ name, outcome, code: error?.code })),
      [
        { name: 'EVENTS', outcome: 'backedUp', code: undefined },
        { name: 'NOT_THERE', outcome: 'failed', code: 'streamNotFound' },
      ],
    );
  });
});
