import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import { messagesAtStake } from '../../src/engine/jobs/messagesAtStake';
import type { MessagesAtStake } from '../../src/engine/configurationResults';
import type { StreamConfig } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { isAtLeast } from '../../src/engine/util/serverVersion';
import { eachServer } from '../support/eachServer';
import { plainSettings } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { withNatsServer } from '../support/natsServer';
import { withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;
const subjects = ['S.>'];
/** Of 100 messages, on 7 subjects; the deleted ones are within. */
const deleted = [3, 4, 50, 77];

eachServer('the messages at stake', (server, version) => {
  const temp = useTempDir();
  let api: JetStreamApi;
  before(async () => {
    api = new JetStreamApi(await connectForRun(plainSettings(server().url), never));
  });
  after(() => api.connection.close());
  afterEach(async () => {
    for (const name of await api.streamNames()) await api.deleteStream(name);
  });

  async function fill(config: Partial<StreamConfig>, count = 100): Promise<void> {
    // Right after a delete of the same name a server may answer `error creating store`.
    await eventually(() => api.createStream({ name: 'S', subjects, ...config }));
    await publish(count);
    await withClient(server().url, async (_, jsm) => {
      for (const seq of deleted.filter((each) => each <= count)) await jsm.streams.deleteMessage('S', seq);
    });
  }

  const publish = (count: number) =>
    withClient(server().url, async (nc) => {
      for (let id = 0; id < count; id += 1) await nc.jetstream().publish(`S.${id % 7}`, 'x'.repeat(100));
    });

  /** What is foreseen, and how many messages are really gone once the update is done. */
  async function applied(
    change: Partial<StreamConfig>,
  ): Promise<{ foreseen: MessagesAtStake | undefined; gone: number }> {
    const info = await api.streamInfo('S');
    const wanted: StreamConfig = { ...info.config, ...change };
    const foreseen = await messagesAtStake(api, info, wanted);
    await api.updateStream(wanted);
    return { foreseen, gone: info.state.messages - (await settled()) };
  }

  /** Some of it goes a little after the server's answer: the number that stays the same for a while. */
  async function settled(): Promise<number> {
    let [messages, since] = [-1, Date.now()];
    return await eventually(async () => {
      const { state } = await api.streamInfo('S');
      if (state.messages !== messages) [messages, since] = [state.messages, Date.now()];
      assert.ok(Date.now() - since > 250);
      return messages;
    });
  }

  async function exactly(
    config: Partial<StreamConfig>,
    change: Partial<StreamConfig>,
    expected: number,
  ): Promise<void> {
    await fill(config);
    const { foreseen, gone } = await applied(change);
    assert.equal(gone, expected);
    assert.equal(foreseen?.messages ?? 0, expected, foreseen?.reason);
    if (expected > 0) assert.equal(foreseen?.exact, true);
  }

  const held = 100 - deleted.length;
  for (const storage of ['file', 'memory'] as const) {
    describe(`of a ${storage} stream`, () => {
      it('are those above max_msgs', () => exactly({ storage }, { max_msgs: 10 }, held - 10));

      it('are none where the new limit is above what is there', () =>
        exactly({ storage, max_msgs: 5000 }, { max_msgs: 500 }, 0));

      it('are those above max_msgs also with discard "new" on 2.9, and none later', () =>
        exactly({ storage, discard: 'new' }, { max_msgs: 10 }, isAtLeast(version, 10) ? 0 : held - 10));

      it('are those that discard "new" let stay, when it becomes "old"', async () => {
        await fill({ storage, discard: 'new' });
        const first = await applied({ max_msgs: 10 });
        const second = await applied({ max_msgs: 10, discard: 'old' });
        assert.equal(first.gone + second.gone, held - 10);
        assert.equal(second.foreseen?.messages ?? 0, second.gone);
      });

      it('are those above max_msgs_per_subject, where there was a higher limit', () =>
        exactly({ storage, max_msgs_per_subject: 50 }, { max_msgs_per_subject: 2 }, held - 14));

      it('are those above a first max_msgs_per_subject, which below 2.12 go with the next messages of each subject', async () => {
        if (isAtLeast(version, 12)) return await exactly({ storage }, { max_msgs_per_subject: 2 }, held - 14);
        await fill({ storage });
        const { foreseen, gone } = await applied({ max_msgs_per_subject: 2 });
        assert.equal(gone, 0);
        assert.equal(foreseen?.messages, held - 14);
        assert.match(foreseen.reason, /^later, with the next messages of each subject/);
        await publish(7);
        // In files each new message pushes one out, in memory all that are too many.
        assert.equal(await settled(), storage === 'file' ? held : 14);
      });

      it('need no request where the listing tells', async () => {
        await fill({ storage, max_msgs_per_subject: 500 });
        const info = await api.streamInfo('S');
        const closed = new JetStreamApi(await connectForRun(plainSettings(server().url), never));
        await closed.connection.close();
        const stake = (change: Partial<StreamConfig>) => messagesAtStake(closed, info, { ...info.config, ...change });
        assert.equal((await stake({ max_msgs: 10 }))?.exact, true);
        assert.equal((await stake({ max_bytes: 10 }))?.exact, false);
        const none = { max_age: 3600e9, max_msgs_per_subject: held };
        assert.equal(await stake(none), undefined);
        assert.match((await stake({ max_msgs_per_subject: 1 }))?.reason ?? '', /cannot be counted/);
      });

      it('are about those above max_bytes', async () => {
        await fill({ storage });
        const { bytes } = (await api.streamInfo('S')).state;
        const { foreseen, gone } = await applied({ max_bytes: Math.floor(bytes / 2) });
        assert.equal(foreseen?.exact, false);
        assert.ok(Math.abs((foreseen?.messages ?? 0) - gone) <= 2, `${foreseen?.messages} foreseen, ${gone} gone`);
        assert.ok(gone >= 40, `${gone} gone`);
      });

      it('are all where a stream without consumers becomes one of interest, from 2.14 on; 2.9 refuses that', async () => {
        if (isAtLeast(version, 10))
          return await exactly({ storage }, { retention: 'interest' }, isAtLeast(version, 14) ? held : 0);
        await fill({ storage });
        await assert.rejects(applied({ retention: 'interest' }), { serverCode: 10052 });
        assert.equal(await settled(), held);
      });

      it('are none where other fields change', () =>
        exactly({ storage }, { description: 'x', deny_delete: true, max_msg_size: 10, duplicate_window: 1e9 }, 0));

      it('are none where it is sealed', () => exactly({ storage, max_age: 3600e9 }, { sealed: true, max_age: 0 }, 0));
    });
  }

  it('go when the server starts again, where a first max_msgs_per_subject below 2.12 let them stay', async () => {
    if (isAtLeast(version, 12)) return;
    const storeDirectory = temp('store');
    const config: StreamConfig = { name: 'S', subjects };
    const messages = async (body: (own: JetStreamApi, url: string) => Promise<void>) =>
      await withNatsServer({ version, storeDirectory }, async ({ url }) => {
        const own = new JetStreamApi(await connectForRun(plainSettings(url), never));
        try {
          await body(own, url);
          return (await own.streamInfo('S')).state.messages;
        } finally {
          await own.connection.close();
        }
      });
    const before = await messages(async (own, url) => {
      await own.createStream(config);
      await withClient(url, async (nc) => {
        for (let id = 0; id < 20; id += 1) await nc.jetstream().publish(`S.${id % 2}`);
      });
      const limited = { ...config, max_msgs_per_subject: 3 };
      const foreseen = await messagesAtStake(own, await own.streamInfo('S'), limited);
      assert.equal(foreseen?.messages, 14);
      await own.updateStream(limited);
    });
    assert.equal(before, 20);
    assert.equal(await messages(() => Promise.resolve()), 6);
  });

  it('are those older than max_age, deletes within not counted', async () => {
    // Between the two halves lies the limit; on a slow machine the younger half may grow too old meanwhile.
    for (let pause = 3000; ; pause *= 2) {
      await fill({}, 60);
      await setTimeout(pause);
      const published = Date.now();
      await publish(40);
      const age = Math.round(pause * 0.9);
      const { foreseen, gone } = await applied({ max_age: age * 1e6, duplicate_window: 1e9 });
      if (Date.now() - published < age) {
        assert.equal(foreseen?.exact, true);
        assert.equal(foreseen?.messages, 57);
        assert.equal(gone, 57);
        assert.match(foreseen.reason, /57 messages are older/);
        return;
      }
      assert.ok(pause < 30_000, 'the machine is too slow to tell');
      await api.deleteStream('S');
    }
  }).timeout(120_000);

  it('are counted together where several limits are lowered', async () => {
    await fill({ max_msgs_per_subject: 50 });
    const { foreseen, gone } = await applied({ max_msgs: 50, max_msgs_per_subject: 5 });
    assert.equal(foreseen?.exact, false);
    assert.ok((foreseen?.messages ?? 0) >= gone && gone > 0, `${foreseen?.messages} foreseen, ${gone} gone`);
  });

  it('are about those that all consumers have acknowledged, where a stream becomes one of interest', async () => {
    await fill({});
    await withClient(server().url, async (nc, jsm) => {
      await jsm.consumers.add('S', { durable_name: 'C', ack_policy: 'all' as never });
      const consumer = await nc.jetstream().consumers.get('S', 'C');
      for await (const message of await consumer.fetch({ max_messages: 30, expires: 5000 })) {
        if (message.info.streamSequence >= 32) await message.ackAck();
      }
    });
    if (!isAtLeast(version, 10)) return await assert.rejects(applied({ retention: 'interest' }), { serverCode: 10052 });
    const { foreseen, gone } = await applied({ retention: 'interest' });
    assert.equal(foreseen?.exact, false);
    assert.equal(foreseen?.messages, gone);
    assert.equal(gone, 30);
  });

  it('are counted over all subjects of a stream that has many', async () => {
    await api.createStream({ name: 'S', subjects, max_msgs_per_subject: 5 });
    await withClient(server().url, async (nc) => {
      for (let id = 0; id < 3000; id += 1) nc.publish(`S.${id % 1500}`);
      await nc.flush();
    });
    await eventually(async () => assert.equal((await api.streamInfo('S')).state.messages, 3000));
    const { foreseen, gone } = await applied({ max_msgs_per_subject: 1 });
    assert.deepEqual([foreseen?.messages, foreseen?.exact, gone], [1500, true, 1500]);
  });
});
