import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eachServer } from '../support/eachServer';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { natsCliOk } from '../support/natsCli';
import { deleteStream, makeSampleStreams, readStream, type ReadStream } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const streams = ['EVENTS', 'KV_settings', 'ORDERS'];

eachServer('exchange with the nats command line', (server) => {
  const folder = useTempDir();
  let original: ReadStream[];

  const settings = () => plainSettings(server().url);
  const cli = (...args: string[]) => natsCliOk(['--server', server().url, 'backup', ...args]);
  const readAll = () => Promise.all(streams.map((stream) => readStream(server().url, stream)));
  const deleteAll = () => Promise.all(streams.map((stream) => deleteStream(server().url, stream)));

  async function backUp(): Promise<string> {
    const { result } = await runBackup(backupRequest(settings(), folder('backups')));
    const { directory } = result;
    assert.deepEqual(
      result.streams.filter((stream) => stream.outcome !== 'backedUp'),
      [],
    );
    assert.ok(directory);
    return directory;
  }

  async function restoreHere(source: string, count: number): Promise<void> {
    const { result } = await runRestore(restoreRequest(settings(), source));
    assert.equal(result.streams.length, count);
    for (const stream of result.streams) {
      assert.deepEqual(stream.differences, [], stream.name);
      assert.equal(stream.outcome, 'restored');
    }
  }

  before(async () => {
    await makeSampleStreams(server().url);
    original = await readAll();
  });

  afterEach(async () => {
    assert.deepEqual(await readAll(), original);
  });

  it('restores there the streams of a set that was made here, one by one', async () => {
    const set = await backUp();
    await deleteAll();
    for (const stream of streams) await cli('restore', 'stream', join(set, 'data', stream));
  });

  it('restores there a whole set that was made here', async () => {
    const set = await backUp();
    await deleteAll();
    await cli('restore', 'account', join(set, 'data'));
  });

  it('restores here what was backed up there, stream by stream', async () => {
    for (const stream of streams) await cli('stream', stream, folder(stream));
    await deleteAll();
    for (const stream of streams) await restoreHere(folder(stream), 1);
  });

  it('restores here an account that was backed up there', async () => {
    await cli('account', '--force', folder('account'));
    await deleteAll();
    await restoreHere(folder('account'), streams.length);
  });
});
