import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, StorageType, type NatsConnection } from 'nats';
import { readChunks } from '../../src/engine/backupSet/archiveFile';
import { writeBackupJson } from '../../src/engine/backupSet/backupJson';
import { inspectSource } from '../../src/engine/backupSet/inspectSource';
import { openArchiveFile } from '../../src/engine/backupSet/openArchiveFile';
import type { BackupSetWriter } from '../../src/engine/backupSet/writeSet';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../../src/engine/config/canonicalJson';
import type { ConsumerConfig, StreamConfig } from '../../src/engine/model';
import { parseJson } from '../../src/engine/util/losslessJson';
import { eachServer } from '../support/eachServer';
import { natsCliOk } from '../support/natsCli';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2 } from '../support/tools';
import { content, newSet } from '../unit/backupSet/sampleSet';

eachServer('backup folders', (server, version) => {
  const temp = useTempDir();
  const format = hasArchiveV2(version) ? 'v2' : 'v1';
  let nc: NatsConnection;

  const cli = async (...args: string[]) => await natsCliOk(['--server', server().url, ...args]);

  const ask = async (subject: string, body = '') =>
    parseJson((await nc.request(`$JS.API.${subject}`, body, { timeout: 5000 })).string()) as { config: StreamConfig };

  const text = async (stream: string) => canonicalStreamConfig((await ask(`STREAM.INFO.${stream}`)).config);

  async function addStream(name: string, more: object = {}): Promise<void> {
    const { config } = await ask(`STREAM.CREATE.${name}`, JSON.stringify({ name, subjects: [`${name}.>`], ...more }));
    assert.equal(config.name, name);
    await nc.jetstream().publish(`${name}.x`, 'body');
  }

  async function deleteAll(): Promise<void> {
    const jsm = await nc.jetstreamManager();
    for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
  }

  /** Puts what the command line wrote for a stream into a set, as a backup would. */
  async function take(set: BackupSetWriter, stream: string, from: string): Promise<void> {
    const [found] = (await inspectSource(from)).streams;
    const folder = await set.makeStreamFolder(stream);
    set.addDataFile(stream, writeBackupJson(folder, readFileSync(join(from, 'backup.json'), 'utf8')));
    const archive = openArchiveFile(folder);
    for await (const chunk of readChunks(found?.archivePath ?? '')) archive.write(chunk);
    set.addDataFile(stream, await archive.finish(format));
  }

  before(async () => {
    nc = await connect({ servers: server().url });
  });

  after(async () => await nc.close());

  afterEach(deleteAll);

  it("reads a stream's folder that the command line wrote", async () => {
    await addStream('ORDERS', { max_bytes: 5_000_000_000 });
    await cli('backup', 'stream', 'ORDERS', temp('folder'), '--no-progress');
    const { kind, streams } = await inspectSource(temp('folder'));
    assert.equal(kind, 'streamFolder');
    assert.equal(streams.length, 1);
    const [stream] = streams;
    assert.equal(stream?.problem, undefined);
    assert.equal(stream?.name, 'ORDERS');
    assert.equal(stream.config?.max_bytes, 5_000_000_000);
    assert.equal(stream.state?.['messages'], 1);
    assert.equal(stream.archivePath, temp('folder', format === 'v2' ? 'stream.arc.s2' : 'stream.tar.s2'));
  });

  it("reads an account's folder, and names the empty one of a memory stream where there is one", async () => {
    await addStream('FILE');
    await addStream('MEMORY', { storage: StorageType.Memory });
    await cli('backup', 'account', temp('folder'), '--force');
    const { kind, streams } = await inspectSource(temp('folder'));
    assert.equal(kind, 'accountFolder');
    assert.deepEqual(
      streams.map(({ name, problem }) => [name, problem?.code]),
      [
        ['FILE', undefined],
        ['MEMORY', format === 'v2' ? undefined : 'notABackup'],
      ],
    );
  });

  it('writes sets whose data folder the command line restores, whatever the names of the streams', async () => {
    const names = ['ORDERS', 'orders', 'a:b', 'CON', 'A_consumer_B', 'x'.repeat(200)];
    const set = await newSet(temp('backups'), names);
    const before = new Map<string, string>();
    for (const [index, name] of names.entries()) {
      await addStream(name, { subjects: [`s${index}.>`, `${name}.x`] });
      before.set(name, await text(name));
      await cli('backup', 'stream', name, temp(`cli${index}`), '--no-progress');
      await take(set, name, temp(`cli${index}`));
    }
    const path = await set.finish(content(names));
    await deleteAll();
    await cli('backup', 'restore', 'account', join(path, 'data'));
    for (const name of names) assert.equal(await text(name), before.get(name));
    assert.equal(readdirSync(join(path, 'data')).length, names.length);
    assert.ok(existsSync(join(path, 'data', 'a%3Ab', format === 'v2' ? 'stream.arc.s2' : 'stream.tar.s2')));
  });

  it('writes configuration that the command line takes and that comes back as the same bytes', async () => {
    await addStream('ORDERS', { max_age: 86_400_000_000_000, max_bytes: 5_000_000_000, description: 'a <b> & ü' });
    // Made by the command line too, because it adds a `pause_until` of its own.
    await cli('consumer', 'add', 'ORDERS', 'NEW', '--pull', '--filter', 'ORDERS.x', '--defaults');
    const consumerText = async () => {
      const { config } = (await ask('CONSUMER.INFO.ORDERS.NEW')) as unknown as { config: ConsumerConfig };
      return canonicalConsumerConfig(config);
    };
    const [stream, consumer] = [await text('ORDERS'), await consumerText()];
    assert.equal(stream, await text('ORDERS'));
    assert.ok(!stream.includes('_nats.') && !consumer.includes('_nats.'));
    writeFileSync(temp('stream.json'), stream);
    writeFileSync(temp('consumer.json'), consumer);
    await deleteAll();
    await cli('stream', 'add', 'ORDERS', '--config', temp('stream.json'));
    await cli('consumer', 'add', 'ORDERS', 'NEW', '--config', temp('consumer.json'));
    assert.equal(await text('ORDERS'), stream);
    assert.equal(await consumerText(), consumer);
  });
});
