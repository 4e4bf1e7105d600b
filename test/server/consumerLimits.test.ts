import assert from 'node:assert/strict';
import { AckPolicy, connect } from 'nats';
import { planStreamChange } from '../../src/engine/jobs/planStreamChange';
import type { PlannedChange } from '../../src/engine/configurationResults';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import type { JsonObject } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { startCluster } from '../support/cluster';
import { finishRun, plainSettings } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { startNatsServer } from '../support/natsServer';
import { natsServerVersions } from '../support/tools';

const never = new AbortController().signal;

/** 2.9 knows no consumer_limits. */
for (const version of natsServerVersions.filter((each) => !each.startsWith('2.9.'))) {
  for (const kind of ['server', 'cluster'] as const) {
    describe(`the plan of lowered consumer_limits on a ${kind} of nats-server ${version}`, function () {
      this.timeout(180_000);
      let stop: () => Promise<void> = () => Promise.resolve();
      let settings = plainSettings('nats://127.0.0.1:1');
      let api: JetStreamApi;

      before(async () => {
        const started = kind === 'server' ? await startNatsServer({ version }) : await startCluster({ version });
        stop = () => started.stop();
        settings = plainSettings(started.url);
        api = new JetStreamApi(await connectForRun(settings, never));
      });
      after(async () => {
        await api.connection.close();
        await stop();
      });
      afterEach(() => api.deleteStream('S'));

      async function planned(change: JsonObject): Promise<PlannedChange> {
        const { result } = await finishRun(planStreamChange({ settings, streams: ['S'], change }, never));
        const [item] = result.items;
        assert.ok(item !== undefined);
        return item.change;
      }

      /** Plans the change, and sends it whatever the plan says. */
      async function tried(limits: JsonObject): Promise<{ refused: string[]; failed: boolean }> {
        const { changes } = await planned({ consumer_limits: limits });
        const refused = changes.flatMap(({ verdict, reason }) => (verdict === 'refused' ? [reason ?? ''] : []));
        const { config } = await api.streamInfo('S');
        const failed = await api.updateStream({ ...config, consumer_limits: limits }).then(
          () => false,
          () => true,
        );
        assert.equal(refused.length > 0, failed, JSON.stringify({ limits, changes }));
        return { refused, failed };
      }

      it('names the consumers that are above, durable or not', async () => {
        await api.createStream({ name: 'S', subjects: ['S.>'], consumer_limits: { max_ack_pending: 5000 } });
        const durable = { durable_name: 'D', ack_policy: 'explicit', max_ack_pending: 500 };
        await eventually(() => api.createConsumer('S', { ...durable, inactive_threshold: 60e9 }));
        assert.equal((await tried({ max_ack_pending: 500 })).failed, false);
        const below = await tried({ max_ack_pending: 499 });
        assert.deepEqual(below.refused, [
          'max_ack_pending of consumer D is above 499. Lower it there first, or raise the limit.',
        ]);
        assert.equal((await tried({ max_ack_pending: 500, inactive_threshold: 59e9 })).failed, true);
        assert.equal((await tried({ max_ack_pending: 500, inactive_threshold: 60e9 })).failed, false);
        assert.equal((await tried({})).failed, false, 'no limit at all');
        const nc = await connect({ servers: settings.servers });
        try {
          const jsm = await nc.jetstreamManager();
          const { name } = await jsm.consumers.add('S', { ack_policy: AckPolicy.Explicit, max_ack_pending: 700 });
          const above = await tried({ max_ack_pending: 499 });
          assert.equal(above.refused.length, 1);
          assert.match(above.refused[0] ?? '', new RegExp(`of consumers .*${name}`));
          assert.match(above.refused[0] ?? '', /\bD\b/);
          assert.match((await tried({ max_ack_pending: 600 })).refused[0] ?? '', new RegExp(`of consumer ${name} is`));
          assert.equal((await tried({ max_ack_pending: 700 })).failed, false);
        } finally {
          await nc.close();
        }
      });

      it('takes a limit where a consumer has none', async () => {
        await api.createStream({ name: 'S', subjects: ['S.>'] });
        await eventually(() =>
          api.createConsumer('S', { durable_name: 'D', ack_policy: 'explicit', max_ack_pending: -1 }),
        );
        assert.equal((await tried({ max_ack_pending: 10 })).failed, false);
      });
    });
  }
}
