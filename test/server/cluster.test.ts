import assert from 'node:assert/strict';
import { AckPolicy, StorageType, type JetStreamManager, type NatsConnection } from 'nats';
import { readManifest } from '../../src/engine/backupSet/manifestFile';
import { eachCluster } from '../support/cluster';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2 } from '../support/tools';

const messages = 200;

eachCluster('backup and restore', (cluster, version) => {
  const folder = useTempDir();
  const client = <T>(body: (nc: NatsConnection, jsm: JetStreamManager) => Promise<T>) =>
    withClient(cluster().url, body);
  const settings = () => plainSettings(cluster().url);
  const backUp = async (stream: string) => {
    const request = backupRequest(settings(), folder('backups'), { streams: [stream] });
    const { result, messages: told } = await runBackup(request);
    assert.equal(result.streams[0]?.outcome, 'backedUp', result.streams[0]?.error?.message);
    return { backedUp: result.streams[0], set: result.directory ?? '', told: told.join('\n') };
  };

  // Each test has a stream of its own: consumers of a stream that is deleted soon after a restore can come back when its
  // name is restored once more (measured 2.14.9, 2.15.2, with the nats command line too).
  afterEach(() =>
    client(async (_, jsm) => {
      for (const name of await jsm.streams.names().next()) await jsm.streams.delete(name);
    }),
  );

  it('names the consumers that a snapshot leaves out, keeps them in the manifest and creates them again', async () => {
    const elsewhere = await client(async (nc, jsm) => {
      await makeStream(nc, jsm, 'SHARED', 3);
      return await makeLonelyConsumers(nc, jsm);
    });
    const before = await readStream(cluster().url, 'SHARED');
    const { backedUp, set } = await backUp('SHARED');
    assert.deepEqual(backedUp.missingConsumers, hasArchiveV2(version) ? [] : elsewhere);
    const manifest = await readManifest(set);
    const kept = manifest.streams[0]?.missingConsumers ?? [];
    assert.deepEqual(
      kept.map(({ name }) => name),
      backedUp.missingConsumers,
    );
    for (const { name, config, position } of kept) {
      assert.equal(config.durable_name, name);
      assert.equal(config.num_replicas, 1);
      assert.equal(position.ackFloor.stream, 10n);
    }

    await client((_, jsm) => jsm.streams.delete('SHARED'));
    const { result, plan } = await runRestore(restoreRequest(settings(), set));
    assert.equal(plan.streams[0]?.expected.consumers, before.consumers.length);
    assert.equal(result.streams[0]?.outcome, 'restored', result.streams[0]?.error?.message);
    assert.deepEqual(result.streams[0].differences, []);
    assert.deepEqual(result.streams[0].actual, result.streams[0].expected);
    const after = await readStream(cluster().url, 'SHARED');
    assert.deepEqual(after.messages, before.messages);
    assert.deepEqual(
      after.consumers.map(({ name }) => name),
      before.consumers.map(({ name }) => name),
    );
    await client(async (nc) => {
      for (const { name } of after.consumers) {
        const consumer = await nc.jetstream().consumers.get('SHARED', name);
        assert.equal((await consumer.info(true)).config.num_replicas, 1);
        assert.equal((await consumer.next())?.seq, 11, `${name} goes on after what was acknowledged`);
      }
    });
  });

  it('restores with three replicas, and waits for consumers that a cluster creates one by one', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `DURABLE-${String(index + 1).padStart(2, '0')}`);
    await client(async (nc, jsm) => {
      await makeStream(nc, jsm, 'WIDE', 1);
      for (const name of names) {
        await jsm.consumers.add('WIDE', { durable_name: name, ack_policy: AckPolicy.Explicit });
      }
      const consumer = await nc.jetstream().consumers.get('WIDE', 'DURABLE-07');
      for await (const message of await consumer.fetch({ max_messages: 30, expires: 5000 })) {
        // An ack floor, and holes above it.
        if (message.seq <= 20 || message.seq % 2 === 0) await message.ackAck();
      }
    });
    const before = await readStream(cluster().url, 'WIDE');
    assert.deepEqual(
      before.consumers.map(({ name }) => name),
      names,
    );
    const { backedUp, set, told } = await backUp('WIDE');
    assert.deepEqual(backedUp.missingConsumers, [], 'all live where the stream lives');
    const behind = /consumer DURABLE-07 at sequence 20, but 30 was delivered .* delivered again/;
    assert.equal(behind.test(told), hasArchiveV2(version), told);

    await client((_, jsm) => jsm.streams.delete('WIDE'));
    const { result } = await runRestore(restoreRequest(settings(), set, { overrides: { replicas: 3 } }));
    assert.equal(result.streams[0]?.outcome, 'restored', result.streams[0]?.error?.message);
    assert.deepEqual(result.streams[0].differences, []);
    assert.deepEqual(result.streams[0].actual, result.streams[0].expected);
    // In a cluster 2.15.2 saves a consumer at its ack floor.
    const left = (floor: number) => before.messages.filter(({ seq }) => seq > floor).length;
    const consumers = before.consumers.map((each) => ({
      ...each,
      delivered: each.ackFloor,
      ackPending: 0,
      pending: left(each.ackFloor.stream),
    }));
    const expected = hasArchiveV2(version) ? { ...before, consumers } : before;
    // How much is pending is 0 until a consumer has a leader.
    await eventually(async () => assert.deepEqual(await readStream(cluster().url, 'WIDE'), expected));
    const replicas = await eventually(async () => {
      const { cluster: group, config } = await client((_, jsm) => jsm.streams.info('WIDE'));
      assert.equal(config.num_replicas, 3);
      assert.ok(group?.leader);
      assert.ok(
        group.replicas?.every((replica) => replica.current),
        'each replica has caught up',
      );
      return group.replicas;
    });
    assert.equal(replicas?.length, 2);
  });
});

/** Some messages with ids, some of them deleted. */
async function makeStream(nc: NatsConnection, jsm: JetStreamManager, name: string, replicas: number): Promise<void> {
  await jsm.streams.add({ name, subjects: [`${name}.*`], storage: StorageType.File, num_replicas: replicas });
  const js = nc.jetstream();
  for (let id = 1; id <= messages; id += 1) await js.publish(`${name}.${id % 9}`, `body ${id}`, { msgID: `id-${id}` });
  for (const seq of [50, 51, 99]) await jsm.streams.deleteMessage(name, seq);
}

/**
 * Consumers with one replica, each with ten messages acknowledged: five, and more until one of them lives beside the
 * stream's leader and one elsewhere. Returns the names of those elsewhere, sorted.
 */
async function makeLonelyConsumers(nc: NatsConnection, jsm: JetStreamManager): Promise<string[]> {
  const leader = (await jsm.streams.info('SHARED')).cluster?.leader;
  assert.ok(leader);
  const homes = new Map<string, string>();
  for (let id = 1; id <= 5 || new Set(homes.values()).size < 2; id += 1) {
    const name = `LONELY-${String(id).padStart(2, '0')}`;
    await jsm.consumers.add('SHARED', { durable_name: name, ack_policy: AckPolicy.Explicit, num_replicas: 1 });
    const consumer = await nc.jetstream().consumers.get('SHARED', name);
    for await (const message of await consumer.fetch({ max_messages: 10, expires: 5000 })) await message.ackAck();
    const home = (await consumer.info()).cluster?.leader;
    homes.set(name, home === leader ? 'here' : 'elsewhere');
  }
  return [...homes].filter(([, home]) => home === 'elsewhere').map(([name]) => name);
}
