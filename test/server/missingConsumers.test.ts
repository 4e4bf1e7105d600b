import assert from 'node:assert/strict';
import { AckPolicy, RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import { eachServer } from '../support/eachServer';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2 } from '../support/tools';

/** A consumer that is kept in memory is in no archive V1. */
eachServer('a consumer that the snapshot leaves out', (server, version) => {
  const folder = useTempDir();
  const settings = () => plainSettings(server().url);

  /** A stream with one consumer in memory, which has acknowledged ten messages of the first twenty. */
  const makeStream = (config: Partial<StreamConfig> & { name: string }) =>
    withClient(server().url, async (nc, jsm) => {
      const { name } = config;
      await jsm.streams.add({ subjects: [`${name}.*`], storage: StorageType.File, ...config });
      await jsm.consumers.add(name, { durable_name: 'MEM', ack_policy: AckPolicy.Explicit, mem_storage: true });
      for (let id = 1; id <= 20; id += 1) await nc.jetstream().publish(`${name}.${id % 3}`, `body ${id}`);
      const consumer = await nc.jetstream().consumers.get(name, 'MEM');
      for await (const message of await consumer.fetch({ max_messages: 10, expires: 5000 })) await message.ackAck();
      for (let id = 21; id <= 40; id += 1) await nc.jetstream().publish(`${name}.${id % 3}`, `body ${id}`);
    });

  /** The sequence that the consumer delivers first after the stream was backed up, deleted and restored. */
  async function nextAfterRestore(name: string): Promise<number | undefined> {
    const { result } = await runBackup(backupRequest(settings(), folder('backups'), { streams: [name] }));
    assert.deepEqual(result.streams[0]?.missingConsumers, hasArchiveV2(version) ? [] : ['MEM']);
    const before = await readStream(server().url, name);
    await withClient(server().url, (_, jsm) => jsm.streams.delete(name));
    const restored = await runRestore(restoreRequest(settings(), result.directory ?? ''));
    assert.equal(restored.result.streams[0]?.outcome, 'restored', restored.result.streams[0]?.error?.message);
    assert.deepEqual(restored.result.streams[0].differences, [], restored.messages.join('\n'));
    const after = await readStream(server().url, name);
    assert.deepEqual(after.messages, before.messages);
    return await withClient(server().url, async (nc) => {
      const consumer = await nc.jetstream().consumers.get(name, 'MEM');
      assert.equal((await consumer.info()).config.mem_storage, true);
      return (await consumer.next({ expires: 5000 }))?.seq;
    });
  }

  it('goes on after what it had acknowledged', async () => {
    await makeStream({ name: 'PLAIN' });
    assert.equal(await nextAfterRestore('PLAIN'), 11);
  });

  it('goes on with the oldest message where a limit removed what it had still to deliver', async () => {
    await makeStream({ name: 'LIMITED', max_msgs: 15 });
    assert.equal(await nextAfterRestore('LIMITED'), 26);
  });

  it('goes on with what is left of a work queue', async () => {
    await makeStream({ name: 'WORK', retention: RetentionPolicy.Workqueue });
    assert.equal(await nextAfterRestore('WORK'), 11);
  });

  it('goes on where messages are kept for it alone', async () => {
    await makeStream({ name: 'INTEREST', retention: RetentionPolicy.Interest });
    assert.equal(await nextAfterRestore('INTEREST'), 11);
  });
});
