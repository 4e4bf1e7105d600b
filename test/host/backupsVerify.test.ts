import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, commands } from 'vscode';
import type { BackupResult, VerifyResult } from '../../src/extension/api';
import { hasArchiveV2, natsServerVersions } from '../support/tools';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeSampleStreams } from '../support/sampleStreams';
import { writeContext } from '../support/hostContext';

const version = natsServerVersions.at(-1) ?? '';
const archive = hasArchiveV2(version) ? 'stream.arc.s2' : 'stream.tar.s2';

describe('verification by command', () => {
  let folder: string;
  let server: NatsServer;
  let set: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'));
    server = await startNatsServer({ version });
    await makeSampleStreams(server.url);
    writeContext('verify', { url: server.url });
    const options = { context: 'verify', data: true, directory: join(folder, 'backups') };
    set = (await commands.executeCommand<BackupResult>('jetstream.backupAccount', options)).directory ?? '';
    await server.stop();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const verify = (options: object) => commands.executeCommand<VerifyResult>('jetstream.verifyBackup', options);

  it('proves a set whole without a server', async () => {
    const result = await verify({ source: set });
    assert.equal(result.whole, true);
    assert.deepEqual(result.problems, []);
    assert.deepEqual(
      result.archives.map(({ stream, messages, lastSeq, problems }) => ({ stream, messages, lastSeq, problems })),
      [
        { stream: 'EVENTS', messages: 54, lastSeq: '60', problems: [] },
        { stream: 'KV_settings', messages: 7, lastSeq: '17', problems: [] },
        { stream: 'ORDERS', messages: 500, lastSeq: '500', problems: [] },
      ],
    );
  });

  it('names what is wrong and where', async () => {
    cpSync(set, join(folder, 'damaged'), { recursive: true });
    truncateSync(join(folder, 'damaged', 'data', 'ORDERS', archive), 5000);
    truncateSync(join(folder, 'damaged', 'config', 'stream_EVENTS.json'), 5);
    const result = await verify({ source: join(folder, 'damaged') });
    assert.equal(result.whole, false);
    const [orders] = result.archives[2]?.problems ?? [];
    assert.deepEqual([orders?.file, orders?.code], [`data/ORDERS/${archive}`, 'archiveTruncated']);
    assert.deepEqual(
      result.problems.map(({ file, code }) => [file, code]),
      [['config/stream_EVENTS.json', 'archiveTruncated']],
    );
  });

  it('ends at once when it is cancelled, and says what it did not prove', async () => {
    const source = new CancellationTokenSource();
    source.cancel();
    const result = await verify({ source: set, token: source.token });
    assert.equal(result.whole, false);
    assert.deepEqual(
      result.archives.flatMap(({ problems }) => problems.map(({ code }) => code)),
      ['cancelled', 'cancelled', 'cancelled'],
    );
  });

  const refusals: [name: string, options: object, code: string, option?: string][] = [
    ['no source', {}, 'invalidOption', 'source'],
    ['a relative source', { source: 'backups' }, 'invalidOption', 'source'],
    ['an option that it does not know', { source: '/x', streams: ['ORDERS'] }, 'invalidOption', 'streams'],
    ['a folder without a backup', { source: tmpdir() }, 'notABackup'],
    ['a folder that does not exist', { source: join(tmpdir(), 'nowhere') }, 'fileAccess'],
  ];
  for (const [name, options, code, option] of refusals) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(Promise.resolve(verify(options)), (error: Error & { code?: string; option?: string }) => {
        assert.deepEqual([error.code, error.option], [code, option], error.message);
        return true;
      });
    });
  }
});
