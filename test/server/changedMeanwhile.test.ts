import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import type { ConfigurationPlan } from '../../src/engine/jobs/configurationPlan';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { planRestore } from '../../src/engine/jobs/planRestore';
import { planStreamChange } from '../../src/engine/jobs/planStreamChange';
import { restore } from '../../src/engine/jobs/restore';
import { eachServer } from '../support/eachServer';
import { backupRequest, finishRun, plainSettings, restoreRequest, runBackup, workerFile } from '../support/engineRun';
import { deleteStream, withClient } from '../support/sampleStreams';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;

eachServer('what changed after a plan was made', (server, version) => {
  const temp = useTempDir();
  const settings = () => plainSettings(server().url);
  const apply = async (plan: ConfigurationPlan, to = settings(), confirmed: string[] = []) =>
    (await finishRun(applyConfiguration({ settings: to, confirmed, undoFolder: temp('undo') }, plan, never))).result;
  const planFrom = async (source: string) =>
    (await finishRun(planConfiguration({ settings: settings(), source, updateStreams: true, workerFile }, never)))
      .result;
  const exportAll = async () => {
    const request = { settings: settings(), directory: temp('config'), removeGone: false };
    await finishRun(backupConfiguration(request, never));
    return temp('config');
  };

  let other: NatsServer;
  before(async () => {
    other = await startNatsServer({ version });
    await withClient(server().url, (_, jsm) => jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] }));
  });
  after(() => other.stop());

  it('keeps a plan from another server that the context names now', async () => {
    const folder = await exportAll();
    const sets = (await runBackup(backupRequest(settings(), temp('sets')))).result.directory ?? '';
    await deleteStream(server().url, 'ORDERS');
    const plan = await planFrom(folder);
    const data = (await finishRun(planRestore(restoreRequest(settings(), sets), never))).result;
    const elsewhere = plainSettings(other.url);
    await assert.rejects(apply(plan, elsewhere), { code: 'changedMeanwhile' });
    await assert.rejects(finishRun(restore(restoreRequest(elsewhere, sets), data, never)), {
      code: 'changedMeanwhile',
    });
    await withClient(other.url, async (_, jsm) => {
      assert.deepEqual(await jsm.streams.names().next(), []);
    });
    assert.equal((await apply(plan)).applied.length, 1);
  });

  it('keeps messages that came meanwhile from being deleted without a confirmation', async () => {
    const change = { max_msgs: 1 };
    const request = { settings: settings(), streams: ['ORDERS'], change };
    const plan = (await finishRun(planStreamChange(request, never))).result;
    assert.equal(plan.items[0]?.change.deletes, undefined);
    await withClient(server().url, async (nc) => {
      for (let number = 0; number < 3; number += 1) await nc.jetstream().publish('orders.new', '');
    });
    const { applied, failed } = await apply(plan);
    assert.deepEqual(applied, []);
    assert.deepEqual(
      failed.map(({ stream, error }) => [stream, error.code]),
      [['ORDERS', 'confirmationRequired']],
    );
    await withClient(server().url, async (_, jsm) => {
      assert.equal((await jsm.streams.info('ORDERS')).state.messages, 3);
    });
    assert.equal((await apply(plan, settings(), ['ORDERS'])).applied.length, 1);
  });

  it('sends nothing of a file that was edited meanwhile', async () => {
    const file = join(await exportAll(), 'stream_ORDERS.json');
    const text = readFileSync(file, 'utf8');
    const describe = (what: string) =>
      writeFileSync(file, text.replace('"name"', `"description": ${JSON.stringify(what)},\n  "name"`));
    describe('as planned');
    const plan = await planFrom(file);
    assert.equal(plan.items[0]?.change.action, 'update');
    describe('as shown beside the plan');
    const { applied, failed } = await apply(plan);
    assert.deepEqual([applied, failed.map(({ error }) => error.code)], [[], ['changedMeanwhile']]);
    assert.equal((await apply(await planFrom(file))).applied.length, 1);
  });
});
