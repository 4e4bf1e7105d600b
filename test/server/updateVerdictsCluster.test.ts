import assert from 'node:assert/strict';
import { AccountStreams } from '../../src/engine/config/accountStreams';
import { judgeConsumerUpdate, judgeCreate, judgeStreamUpdate, type JudgedServer } from '../../src/engine/config/judge';
import type { FieldChange } from '../../src/engine/configurationResults';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import type { ConsumerConfig, StreamConfig } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { startCluster, type Cluster } from '../support/cluster';
import { plainSettings } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { natsServerVersions } from '../support/tools';

const never = new AbortController().signal;

/** What only a cluster can do: replicas and placement, on the newest server of each line that has strict requests. */
for (const version of natsServerVersions.filter((each) => !each.startsWith('2.9.'))) {
  describe(`the verdicts of a plan in a cluster of nats-server ${version}`, function () {
    this.timeout(180_000);
    let cluster: Cluster | undefined;
    let api: JetStreamApi;

    before(async () => {
      cluster = await startCluster({ version, config: 'server_tags: ["ssd"]' });
      api = new JetStreamApi(await connectForRun(plainSettings(cluster.url), never));
    });
    after(async () => {
      await api.connection.close();
      await cluster?.stop();
    });
    afterEach(async () => {
      for (const name of await api.streamNames()) await api.deleteStream(name);
    });

    const server = (more: Partial<JudgedServer> = {}): JudgedServer => ({
      version,
      clustered: true,
      streams: new AccountStreams(),
      ...more,
    });
    const stream = (more: Partial<StreamConfig>): StreamConfig => ({ name: 'S', subjects: ['S.>'], ...more });
    const name = () => cluster?.name ?? '';
    const verdicts = (changes: FieldChange[]) => changes.map(({ field, verdict }) => `${field} ${verdict}`);

    async function changes(
      from: Partial<StreamConfig>,
      to: Partial<StreamConfig>,
      expected: string[],
    ): Promise<FieldChange[]> {
      const live = (await api.createStream(stream(from))).config;
      assert.deepEqual(judgeStreamUpdate(live, live, server()), []);
      const foreseen = judgeStreamUpdate(live, stream(to), server());
      assert.deepEqual(verdicts(foreseen), expected);
      return foreseen;
    }

    async function applies(from: Partial<StreamConfig>, to: Partial<StreamConfig>, expected: string[]): Promise<void> {
      const foreseen = await changes(from, to, expected);
      // While a replica comes or goes the server refuses another change of them.
      const { config } = await eventually(() => api.updateStream(stream(to)));
      assert.deepEqual(judgeStreamUpdate(config, stream(to), server()), [], 'the server keeps what was sent');
      assert.ok(foreseen.length > 0);
    }

    it('let the replicas of a stream be more and fewer', async () => {
      await applies({}, { num_replicas: 3 }, ['num_replicas applies']);
      await api.deleteStream('S');
      await applies({ num_replicas: 3 }, { num_replicas: 1 }, ['num_replicas applies']);
    });

    it('refuse more replicas than any cluster can have', async () => {
      await changes({}, { num_replicas: 6 }, ['num_replicas refused']);
      await assert.rejects(api.updateStream(stream({ num_replicas: 6 })), { serverCode: 10052 });
      assert.deepEqual(verdicts(judgeCreate('stream', stream({ name: 'T', num_replicas: 6 }), server())), [
        'num_replicas refused',
      ]);
    });

    it('say of replicas and placement that the servers decide, where these cannot be had', async () => {
      for (const more of [
        { num_replicas: 5 },
        { placement: { tags: ['tape'] } },
        { placement: { cluster: 'elsewhere' } },
      ]) {
        const foreseen = await changes({}, more, [`${Object.keys(more)[0]} applies`]);
        assert.match(foreseen[0]?.reason ?? '', /^The servers of the cluster decide/);
        await assert.rejects(api.updateStream(stream(more)), { code: 'serverError' });
        assert.deepEqual(judgeCreate('stream', stream(more), server()), []);
        await api.deleteStream('S');
      }
    });

    it('let a placement be set, changed and taken away that the servers have', async () => {
      await applies({}, { placement: { tags: ['ssd'] } }, ['placement applies']);
      await api.deleteStream('S');
      await applies({ placement: { tags: ['ssd'] } }, { placement: { cluster: name() } }, [
        'placement.cluster applies',
        'placement.tags applies',
      ]);
      await api.deleteStream('S');
      await applies({ placement: { cluster: name() } }, {}, ['placement applies']);
    });

    it('are those of a cluster where it checks otherwise than a server of its own', async () => {
      const counters = stream({ allow_msg_counter: true, subject_delete_marker_ttl: 3600e9 });
      assert.deepEqual(verdicts(judgeCreate('stream', counters, server())), ['allow_msg_ttl refused']);
      await assert.rejects(api.createStream(counters), { serverCode: 10052 });

      const filtered = (durable: string, filter: string): ConsumerConfig => ({
        durable_name: durable,
        ack_policy: 'explicit',
        filter_subject: filter,
      });
      const queue = (await api.createStream(stream({ retention: 'workqueue' }))).config;
      const other = (await eventually(() => api.createConsumer('S', filtered('A', 'S.a')))).config;
      const live = (await api.createConsumer('S', filtered('B', 'S.b'))).config;
      const foreseen = judgeConsumerUpdate(live, filtered('B', 'S.a'), server({ stream: queue, consumers: [other] }));
      assert.deepEqual(verdicts(foreseen), ['filter_subject applies']);
      assert.equal((await api.updateConsumer('S', filtered('B', 'S.a'))).config['filter_subject'], 'S.a');
    });

    it('say that a mirror loses its duplicate_window, made with it or changed', async () => {
      const origin = (await api.createStream(stream({ name: 'O', subjects: ['O'] }))).config;
      const among = server({ streams: new AccountStreams([origin]) });
      const mirror = (window?: number): StreamConfig => ({
        name: 'S',
        mirror: { name: 'O' },
        ...(window === undefined ? {} : { duplicate_window: window }),
      });
      const foreseen = judgeCreate('stream', mirror(60e9), among);
      assert.deepEqual(verdicts(foreseen), ['duplicate_window ignored']);
      const live = (await eventually(() => api.createStream(mirror(60e9)))).config;
      assert.equal(live['duplicate_window'], undefined);
      assert.deepEqual(verdicts(judgeStreamUpdate(live, mirror(60e9), among)), ['duplicate_window ignored']);
      const changed = (await api.updateStream(mirror(60e9))).config;
      assert.equal(changed['duplicate_window'], undefined);
      assert.deepEqual(verdicts(judgeStreamUpdate(live, mirror(), among)), []);
      assert.deepEqual(verdicts(judgeStreamUpdate(live, mirror(-1), among)), ['duplicate_window refused']);
      await assert.rejects(api.updateStream(mirror(-1)), { serverCode: 10052 });
      await api.deleteStream('S');
    });

    it('refuse replicas of consumers that the stream does not have, or that its retention does not allow', async () => {
      const consumer = (replicas: number): ConsumerConfig => ({
        durable_name: 'C',
        ack_policy: 'explicit',
        num_replicas: replicas,
      });
      const cases: [retention: string, own: number, to: number, verdict: string[]][] = [
        ['limits', 3, 1, ['num_replicas applies']],
        ['limits', 3, 3, ['num_replicas applies']],
        ['limits', 1, 3, ['num_replicas refused']],
        ['interest', 3, 1, ['num_replicas refused']],
        ['interest', 3, 3, ['num_replicas applies']],
        ['workqueue', 3, 1, ['num_replicas refused']],
      ];
      for (const [retention, own, to, expected] of cases) {
        const config = (await api.createStream(stream({ retention, num_replicas: own }))).config;
        const live = (await eventually(() => api.createConsumer('S', consumer(0)))).config;
        const foreseen = judgeConsumerUpdate(live, consumer(to), server({ stream: config }));
        assert.deepEqual(verdicts(foreseen), expected, `${retention} ${own} ${to}`);
        if (expected[0]?.endsWith('refused')) {
          await assert.rejects(api.updateConsumer('S', consumer(to)), { code: 'serverError' });
          assert.deepEqual(verdicts(judgeCreate('consumer', consumer(to), server({ stream: config }))), expected);
        } else {
          const { config: returned } = await api.updateConsumer('S', consumer(to));
          assert.equal(returned.num_replicas, to);
        }
        await api.deleteStream('S');
      }
    });
  });
}
