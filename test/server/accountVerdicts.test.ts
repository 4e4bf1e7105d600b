import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { AccountStreams } from '../../src/engine/config/accountStreams';
import { judgeConsumerUpdate, judgeCreate, judgeStreamUpdate, type JudgedServer } from '../../src/engine/config/judge';
import type { FieldChange } from '../../src/engine/configurationResults';
import { isBackupError } from '../../src/engine/errors';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;

/** An account for each test: a server that has lost its last stream may fail to store the next one at once. */
const room = 'max_file: 10000, max_mem: 5000';
const consumers = 'max_consumers: 2, max_ack_pending: 100';
const limits = {
  COUNT: 'max_streams: 2',
  SIZE: 'max_bytes_required: true, store_max_stream_bytes: 1000000, mem_max_stream_bytes: 1000',
  ROOM_file: room,
  ROOM_memory: room,
  ROOM_plan: room,
  STREAMS: consumers,
  CONSUMERS: consumers,
};
type Account = keyof typeof limits;

const accounts = Object.entries(limits).map(
  ([name, text]) => `${name}: { jetstream: { ${text} }, users: [{ user: ${name}, password: "x" }] }`,
);

/** Each judgement is compared with what the server then really does. */
eachServer(
  'the verdicts in an account with limits',
  (server, version) => {
    let api: JetStreamApi;
    const temp = useTempDir();
    afterEach(() => api.connection.close());

    async function enter(user: Account): Promise<void> {
      const settings = { ...plainSettings(server().url), credentials: { user, password: 'x' } };
      api = new JetStreamApi(await connectForRun(settings, never));
    }

    async function judged(name: string, more: Partial<JudgedServer> = {}): Promise<JudgedServer> {
      const [account, { streams }] = await Promise.all([api.accountInfo(), api.listStreams()]);
      assert.equal(account.tiered, false);
      const others = streams.map(({ config }) => config).filter((config) => config.name !== name);
      return { version, clustered: false, streams: new AccountStreams(others), account, ...more };
    }

    const stream = (name: string, more: Partial<StreamConfig> = {}): StreamConfig => ({
      name,
      subjects: [name],
      ...more,
    });

    /** `undefined` for a success, else the server's err_code, and what was foreseen. */
    async function outcome(foreseen: FieldChange[], request: Promise<unknown>): Promise<number | undefined> {
      const refused = foreseen.filter(({ verdict }) => verdict === 'refused');
      const code = await request.then(
        () => undefined,
        (error: unknown) => {
          if (isBackupError(error) && error.serverCode !== undefined) return error.serverCode;
          throw error;
        },
      );
      assert.equal(refused.length > 0, code !== undefined, `${code}: ${JSON.stringify(foreseen)}`);
      if (code !== undefined) {
        assert.equal(refused.length, 1, JSON.stringify(refused));
        assert.match(refused[0]?.reason ?? '', new RegExp(`\\(${code}\\)`));
      }
      return code;
    }

    const creates = async (config: StreamConfig) =>
      outcome(judgeCreate('stream', config, await judged(config.name)), api.createStream(config));
    const updates = async (config: StreamConfig) => {
      const live = (await api.streamInfo(config.name)).config;
      return outcome(judgeStreamUpdate(live, config, await judged(config.name)), api.updateStream(config));
    };

    it('refuse one stream more than it may have, and changes of those that it has not', async () => {
      await enter('COUNT');
      assert.equal(await creates(stream('A')), undefined);
      assert.equal(await creates(stream('B')), undefined);
      assert.equal(await creates(stream('C')), 10027);
      assert.equal(await updates(stream('B', { max_msgs: 5 })), undefined);
    });

    it('refuse a stream without max_bytes, and with more than it may have', async () => {
      await enter('SIZE');
      assert.equal(await creates(stream('A')), 10113);
      assert.equal(await creates(stream('A', { max_bytes: 1_000_001 })), 10122);
      assert.equal(await creates(stream('M', { max_bytes: 1001, storage: 'memory' })), 10122);
      assert.equal(await creates(stream('M', { max_bytes: 1000, storage: 'memory' })), undefined);
      assert.equal(await creates(stream('A', { max_bytes: 1_000_000 })), undefined);
      assert.equal(await updates(stream('A', { max_bytes: 5000 })), undefined);
      assert.equal(await updates(stream('A')), 10113);
      assert.equal(await updates(stream('A', { max_bytes: 2_000_000 })), 10122);
    });

    for (const [storage, most, code] of [
      ['file', 10_000, 10047],
      ['memory', 5000, 10028],
    ] as const) {
      it(`refuse more ${storage} storage than the max_bytes of other streams leave`, async () => {
        await enter(`ROOM_${storage}`);
        const sized = (name: string, bytes: number) => stream(name, { storage, max_bytes: bytes });
        assert.equal(await creates(sized('A', most + 1)), code);
        assert.equal(await creates(sized('A', most - 1000)), undefined);
        assert.equal(await creates(sized('B', 1001)), code);
        assert.equal(await creates(sized('B', 500)), undefined);
        assert.equal(await updates(sized('B', 1001)), code);
        assert.equal(await updates(sized('B', 1000)), undefined);
        assert.equal(await creates(stream('C', { storage })), code);
        assert.equal(await updates(sized('B', 999)), undefined);
        assert.equal(await creates(stream('C', { storage })), undefined);
        assert.equal(await updates(sized('C', 1)), undefined);
        assert.equal(await updates(sized('C', 2)), code);
        assert.equal(await updates(stream('A', { storage })), undefined);
      });
    }

    it('add the creates of one plan up', async () => {
      await enter('ROOM_plan');
      await api.createStream(stream('OLD', { max_bytes: 3000 }));
      const sizes = { A: 4000, B: 4000, C: 2000 };
      for (const [name, bytes] of Object.entries(sizes)) {
        writeFileSync(temp(`stream_${name}.json`), JSON.stringify(stream(name, { max_bytes: bytes })));
      }
      const request = { settings: api.connection.settings, source: temp(), updateStreams: false, workerFile };
      const plan = (await finishRun(planConfiguration(request, never))).result;
      assert.deepEqual(
        plan.items.map(({ change }) => [change.stream, change.action, change.changes.map(({ field }) => field)]),
        [
          ['A', 'create', []],
          ['B', 'refused', ['max_bytes']],
          ['C', 'create', []],
        ],
      );
      const apply = { settings: api.connection.settings, confirmed: [], undoFolder: temp('undo') };
      const { applied, failed } = (await finishRun(applyConfiguration(apply, plan, never))).result;
      assert.deepEqual(applied.map((each) => each.stream).sort(), ['A', 'C']);
      assert.deepEqual(
        failed.map((each) => each.stream),
        ['B'],
      );
      await assert.rejects(api.createStream(stream('B', { max_bytes: 4000 })), { serverCode: 10047 });
    });

    it('refuse a stream that may have more consumers than the account lets it', async () => {
      await enter('STREAMS');
      assert.equal(await creates(stream('A', { max_consumers: 3 })), 10026);
      assert.equal(await creates(stream('A', { max_consumers: 2 })), undefined);
      if (version.startsWith('2.9.')) return;
      assert.equal(await updates(stream('A', { max_consumers: 3 })), 10026);
      assert.equal(await updates(stream('A', { max_consumers: 1 })), undefined);
    });

    it('refuse consumers above the number and the pending messages that are allowed', async () => {
      await enter('CONSUMERS');
      const one = (durable: string, more: JsonObject = {}): ConsumerConfig => ({
        durable_name: durable,
        ack_policy: 'explicit',
        ...more,
      });
      for (const most of [-1, 1, 2]) {
        const name = `S${most}`;
        const { config } = await api.createStream(stream(name, { max_consumers: most }));
        const make = async (consumer: ConsumerConfig) => {
          const consumers = (await api.listConsumers(name)).map((each) => each.config);
          const judge = await judged('', { stream: config, consumers });
          return outcome(judgeCreate('consumer', consumer, judge), api.createConsumer(name, consumer));
        };
        assert.equal(await make(one('A', { max_ack_pending: 101 })), 10121);
        assert.equal(await make(one('A')), undefined);
        const [live] = await api.listConsumers(name);
        assert.equal(live?.config['max_ack_pending'], 100, 'the default is what the account allows');
        const judge = await judged('', { stream: config });
        assert.deepEqual(judgeConsumerUpdate(live.config, one('A'), judge), []);
        for (const [pending, code] of [
          [50, undefined],
          [101, 10121],
        ] as const) {
          const to = one('A', { max_ack_pending: pending });
          assert.equal(await outcome(judgeConsumerUpdate(live.config, to, judge), api.updateConsumer(name, to)), code);
        }
        if (most !== 1) assert.equal(await make(one('B')), undefined);
        assert.equal(await make(one('C')), 10026);
      }
    });
  },
  { config: `accounts { ${accounts.join('\n')} }` },
);
