import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamConfig } from 'nats';
import { makeBigStream } from '../support/bigStream';
import { eachServer } from '../support/eachServer';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { withNatsServer } from '../support/natsServer';
import { startRelay } from '../support/relay';
import { readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2, natsServerVersions } from '../support/tools';

const megabytes = 8;
/** So slow that the publisher gets in between, so fast that a test ends. */
const slowLink = 6 * 1024 * 1024;

interface Publisher {
  published: () => number;
  stop: () => Promise<void>;
}

/** Publishes until it is stopped, one message after the other with a pause; counts what the server acknowledged. */
async function startPublisher(url: string, subject: string): Promise<Publisher> {
  let going = true;
  let count = 0;
  const work = withClient(url, async (nc) => {
    while (going) {
      await nc.jetstream().publish(subject, Buffer.alloc(2048, count % 256));
      count += 1;
      await delay(2);
    }
  });
  await eventually(() => assert.ok(count > 0, 'the publisher has begun'));
  return {
    published: () => count,
    stop: async () => {
      going = false;
      await work;
    },
  };
}

eachServer('the backup of a stream in use', (server, version) => {
  const folder = useTempDir();

  /** Backs BIG up over a slow link while somebody publishes, and tells how much that was. */
  async function backUpLive(config: Partial<StreamConfig>) {
    await makeBigStream(server().url, { name: 'BIG', megabytes });
    if (Object.keys(config).length > 0) await withClient(server().url, (_, jsm) => jsm.streams.update('BIG', config));
    const relay = await startRelay({ target: new URL(server().url).host, bytesPerSecond: slowLink });
    const publisher = await startPublisher(server().url, 'big.live');
    try {
      const before = publisher.published();
      const request = backupRequest(plainSettings(relay.url), folder('backups'), { streams: ['BIG'] });
      const { result } = await runBackup(request);
      return { result, published: publisher.published() - before };
    } finally {
      await publisher.stop();
      await relay.cut();
    }
  }

  /** What was verified restores onto an empty server, and holds what it says. */
  async function assertRestores(set: string): Promise<number> {
    const original = await readStream(server().url, 'BIG');
    return await withNatsServer({ version }, async (other) => {
      const { plan, result } = await runRestore(restoreRequest(plainSettings(other.url), set));
      const [stream] = result.streams;
      assert.equal(stream?.outcome, 'restored', stream?.error?.message);
      if (plan.streams[0]?.trimmed !== true) assert.deepEqual(stream.differences, []);
      const restored = await readStream(other.url, 'BIG');
      assert.equal(restored.messages.length, stream.actual?.messages);
      // Message for message what the original has, as far as it still has it.
      const live = new Map(original.messages.map((message) => [message.seq, message]));
      for (const message of restored.messages) {
        if (live.has(message.seq)) assert.deepEqual(message, live.get(message.seq));
        else assert.ok(message.seq < original.firstSeq, `sequence ${message.seq} is not of the original`);
      }
      return restored.messages.length;
    });
  }

  afterEach(() => withClient(server().url, (_, jsm) => jsm.streams.delete('BIG')));

  it('is whole while messages are published', async () => {
    const { result, published } = await backUpLive({});
    assert.ok(published > 0, 'something was published meanwhile');
    const [stream] = result.streams;
    assert.equal(stream?.outcome, 'backedUp', stream?.error?.message);
    assert.equal(stream.verified, true);
    assert.ok(stream.messages >= (megabytes * 1024) / 32);
    assert.equal(await assertRestores(result.directory ?? ''), stream.messages);
  });

  it('is whole or fails with its cause while a limit removes messages', async () => {
    const { result, published } = await backUpLive({ max_msgs: (megabytes * 1024) / 32 });
    assert.ok(published > 0, 'something was published meanwhile');
    const [stream] = result.streams;
    if (stream?.outcome === 'backedUp') {
      assert.equal(stream.verified, true);
      await assertRestores(result.directory ?? '');
      return;
    }
    // The only server that may do this writes into the archive why it gave up.
    assert.equal(version, natsServerVersions[0], stream?.error?.message);
    assert.ok(!hasArchiveV2(version));
    assert.equal(stream?.outcome, 'failed');
    assert.match(stream.error?.code ?? '', /^(archiveDamaged|serverError|archiveMismatch)$/);
    assert.match(stream.error?.message ?? '', /BIG/);
    assert.equal(result.directory, undefined, 'nothing is kept');
  });
});
