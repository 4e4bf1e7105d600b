import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { S2Decoder } from '../../src/engine/archive/s2Stream';
import { inspectSource } from '../../src/engine/backupSet/inspectSource';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { verifyBackup } from '../../src/engine/jobs/verify';
import { eachServer } from '../support/eachServer';
import {
  backupRequest,
  finishRun,
  plainSettings,
  restoreRequest,
  runBackup,
  runRestore,
  workerFile,
} from '../support/engineRun';
import { oldNatsBackup } from '../support/natsCli';
import { withNatsServer } from '../support/natsServer';
import { deleteStream, makeSampleStreams, readStream, withClient, type ReadStream } from '../support/sampleStreams';
import { keptTempDir, useTempDir } from '../support/tempDir';
import { hasArchiveV2, natsServerVersions } from '../support/tools';

const never = new AbortController().signal;
const streams = ['EVENTS', 'KV_settings', 'ORDERS'];
const oldest = natsServerVersions[0] ?? '';
/** Of which archives are laid out by hand; of the bucket there is only the configuration. */
const data = ['EVENTS', 'ORDERS'];

describe('old backups', () => {
  const kept = keptTempDir();
  const original = new Map<string, ReadStream>();
  /** As the real old command line wrote it, from the oldest server. */
  const old = kept('old');
  /** Raw archives V1 of that server, by stream. */
  const raw = (stream: string) => kept('raw', 'data', stream, 'stream.tar.s2');

  before(async () => {
    await withNatsServer({ version: oldest }, async ({ url }) => {
      await makeSampleStreams(url);
      for (const stream of streams) original.set(stream, await readStream(url, stream));
      await oldNatsBackup(url, old);
      const { result } = await runBackup(backupRequest(plainSettings(url), kept('sets')));
      renameSync(result.directory ?? '', kept('raw'));
    });
  });

  eachServer('are restored', (server) => {
    const temp = useTempDir();
    const settings = () => plainSettings(server().url);

    async function plan(source: string) {
      const request = { settings: settings(), source, updateStreams: false, workerFile };
      return (await finishRun(planConfiguration(request, never))).result;
    }

    /** Creates what a source has, and gives the names of streams and of their consumers. */
    async function restoreConfiguration(source: string): Promise<{ created: string[]; problems: string[] }> {
      const made = await plan(source);
      const request = { settings: settings(), confirmed: [], undoFolder: temp('undo') };
      const { applied, failed } = (await finishRun(applyConfiguration(request, made, never))).result;
      assert.deepEqual(failed, []);
      for (const { differences } of applied) assert.deepEqual(differences, []);
      const created = made.items.map(({ change }) => `${change.action} ${change.stream}/${change.consumer ?? ''}`);
      return { created, problems: made.problems.map(({ message }) => message) };
    }

    async function restored(source: string, count: number): Promise<void> {
      const { result } = await runRestore(restoreRequest(settings(), source));
      assert.equal(result.streams.length, count);
      for (const { name, outcome, differences, error } of result.streams) {
        assert.equal(outcome, 'restored', error?.message);
        assert.deepEqual(differences, []);
        assert.deepEqual(await readStream(server().url, name), original.get(name), name);
      }
    }

    afterEach(async () => {
      await withClient(server().url, async (_, jsm) => {
        for (const { config } of await jsm.streams.list().next()) await jsm.streams.delete(config.name);
      });
    });

    it('as configuration, from the envelopes of the old command line', async () => {
      const { created, problems } = await restoreConfiguration(old);
      assert.deepEqual(created, [
        'create EVENTS/',
        'create KV_settings/',
        'create ORDERS/',
        'create ORDERS/DISPATCH',
        'create ORDERS/NEW',
      ]);
      assert.deepEqual(problems, []);
    });

    it('with the data of the last stream, the only one that such a folder has', async () => {
      const source = await inspectSource(old);
      const last = source.streams.map(({ name }) => name);
      assert.deepEqual([source.kind, last.length], ['flatFolder', 1]);
      assert.deepEqual([...last, ...(source.configurationOnly ?? [])].sort(), streams);
      await restored(old, 1);
      const { plan: made } = await runRestore(
        restoreRequest(settings(), old, { streams: source.configurationOnly ?? [] }),
      );
      for (const { action, error } of made.streams) {
        assert.equal(action, 'refused');
        assert.match(error?.message ?? '', /only the configuration of stream/);
      }
    });

    it('from stream_*.tgz with S2 or gzip inside, with and without a configuration beside it', async () => {
      mkdirSync(temp('tgz'));
      mkdirSync(temp('alone'));
      for (const stream of data) copyFileSync(join(old, `stream_${stream}.json`), temp('tgz', `stream_${stream}.json`));
      copyFileSync(join(old, 'stream_KV_settings.json'), temp('tgz', 'stream_KV_settings.json'));
      copyFileSync(raw('EVENTS'), temp('tgz', 'stream_EVENTS.tgz'));
      writeFileSync(temp('tgz', 'stream_ORDERS.tgz'), gzipSync(plainTar(raw('ORDERS'))));
      await restored(temp('tgz'), data.length);
      for (const stream of data) await deleteStream(server().url, stream);
      // Named for another stream: its content says what it is.
      copyFileSync(temp('tgz', 'stream_ORDERS.tgz'), temp('alone', 'stream_X.tgz'));
      copyFileSync(raw('EVENTS'), temp('alone', 'stream_EVENTS.tgz'));
      await restored(temp('alone'), data.length);
      for (const stream of data) await deleteStream(server().url, stream);
      await restored(temp('alone', 'stream_X.tgz'), 1);
    });

    it('from gzip whose tar is padded with zeros', async () => {
      const tar = plainTar(raw('ORDERS'));
      const padded = Buffer.concat([tar, Buffer.alloc(-tar.length & 10239), Buffer.alloc(3 * 1024 * 1024)]);
      writeFileSync(temp('stream_ORDERS.tgz'), gzipSync(padded));
      await restored(temp(), 1);
    });

    it('and never sent where they are damaged', async () => {
      const whole = gzipSync(plainTar(raw('ORDERS')));
      const damages: [name: string, bytes: Buffer, code: string][] = [
        ['cut', whole.subarray(0, whole.length - 100), 'archiveTruncated'],
        ['flipped', flipped(whole, whole.length >> 1), 'archiveDamaged'],
        ['checksum', flipped(whole, whole.length - 6), 'archiveDamaged'],
        ['short', gzipSync(plainTar(raw('ORDERS')).subarray(0, -2048)), 'archiveTruncated'],
        ['empty', gzipSync(Buffer.alloc(0)), 'archiveTruncated'],
        ['cut S2', readFileSync(raw('ORDERS')).subarray(0, -20), 'archiveTruncated'],
        ['text', Buffer.from('no archive'), 'archiveDamaged'],
      ];
      for (const [name, bytes, code] of damages) {
        writeFileSync(temp('stream_ORDERS.tgz'), bytes);
        const { plan: made } = await runRestore(restoreRequest(settings(), temp()));
        assert.deepEqual(
          made.streams.map(({ action, error }) => [action, error?.code]),
          [['refused', code]],
          `${name}: ${made.streams[0]?.error?.message}`,
        );
        const request = { source: temp(), parallel: 1, workerFile };
        assert.equal((await finishRun(verifyBackup(request, never))).result.whole, false, name);
      }
      assert.deepEqual(await streamNames(server().url), []);
    });

    it('as configuration, with the consumers that only the archive has', async () => {
      mkdirSync(temp('alone'));
      writeFileSync(temp('alone', 'stream_ORDERS.tgz'), gzipSync(plainTar(raw('ORDERS'))));
      const expected = ['create ORDERS/', 'create ORDERS/DISPATCH', 'create ORDERS/NEW'];
      assert.deepEqual((await restoreConfiguration(temp('alone'))).created, expected);
      await deleteStream(server().url, 'ORDERS');
      mkdirSync(temp('data'));
      mkdirSync(temp('data', 'ORDERS'));
      for (const file of readdirSync(kept('raw', 'data', 'ORDERS'))) {
        copyFileSync(kept('raw', 'data', 'ORDERS', file), temp('data', 'ORDERS', file));
      }
      for (const source of [temp('data', 'ORDERS'), temp('data')]) {
        assert.deepEqual((await restoreConfiguration(source)).created, expected);
        await deleteStream(server().url, 'ORDERS');
      }
      writeFileSync(temp('data', 'ORDERS', 'stream.tar.s2'), readFileSync(raw('ORDERS')).subarray(0, -20));
      const { created, problems } = await restoreConfiguration(temp('data'));
      assert.deepEqual(created, expected.slice(0, 1));
      assert.match(problems.join(), /consumers of stream ORDERS cannot be read of it/);
    });
  });

  eachServer('of the old command line', (server, version) => {
    it('can be made and restored of every server', async () => {
      await makeSampleStreams(server().url);
      const folder = kept(`old ${version}`);
      await oldNatsBackup(server().url, folder);
      const { streams: held } = await inspectSource(folder);
      const [stream] = held;
      assert.ok(stream && existsSync(stream.archivePath ?? ''));
      const before = await readStream(server().url, stream.name);
      await deleteStream(server().url, stream.name);
      const { result, plan } = await runRestore(restoreRequest(plainSettings(server().url), folder));
      assert.deepEqual(
        result.streams.map(({ outcome }) => outcome),
        ['restored'],
        JSON.stringify(result.streams),
      );
      assert.deepEqual(await readStream(server().url, stream.name), before);
      assert.equal(plan.streams[0]?.upload?.summary.format, hasArchiveV2(version) ? 'v2' : 'v1');
      assert.match(plan.streams[0]?.warnings.join() ?? '', /holds only the configuration of/);
    });
  });
});

/** What is inside an archive's S2. */
function plainTar(path: string): Buffer {
  const parts: Buffer[] = [];
  const decoder = new S2Decoder((bytes) => parts.push(Buffer.from(bytes)));
  decoder.write(readFileSync(path));
  decoder.end();
  return Buffer.concat(parts);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
  return copy;
}

async function streamNames(url: string): Promise<string[]> {
  return await withClient(url, async (_, jsm) => (await jsm.streams.list().next()).map(({ config }) => config.name));
}
