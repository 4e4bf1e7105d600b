import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { JetStreamManager } from 'nats';
import { AckPolicy } from 'nats';
import type { RestoreConfigurationResult } from '../../src/engine/configurationResults';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import { withUpdates, type ConfigurationPlan } from '../../src/engine/jobs/configurationPlan';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { isAtLeast } from '../../src/engine/util/serverVersion';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;

eachServer('a plan of configuration that is applied', (server, version) => {
  const temp = useTempDir();
  const settings = () => plainSettings(server().url);
  const jsm = <T>(body: (jsm: JetStreamManager) => Promise<T>) =>
    withClient(server().url, (_, manager) => body(manager));
  const file = (name: string) => temp('config', `stream_${name}.json`);
  const edit = (name: string, change: object) => {
    const config = JSON.parse(readFileSync(file(name), 'utf8')) as object;
    writeFileSync(file(name), JSON.stringify({ ...config, ...change }));
  };
  const backUp = () =>
    finishRun(backupConfiguration({ settings: settings(), directory: temp('config'), removeGone: false }, never));
  const plan = async (updateStreams = true): Promise<ConfigurationPlan> => {
    const request = { settings: settings(), source: temp('config'), updateStreams, workerFile };
    return (await finishRun(planConfiguration(request, never))).result;
  };
  const apply = async (
    what: ConfigurationPlan,
    confirmed: string[] = [],
    signal = never,
  ): Promise<RestoreConfigurationResult> => {
    const request = { settings: settings(), confirmed, undoFolder: temp('undo') };
    return (await finishRun(applyConfiguration(request, what, signal))).result;
  };
  const failures = ({ failed }: RestoreConfigurationResult) =>
    failed.map(({ stream, consumer, error }) => [consumer ?? stream, error.code]);

  beforeEach(() =>
    jsm(async (manager) => {
      // Right after a delete of the same name a server may answer `error creating store`.
      await eventually(() => manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] }));
      await manager.consumers.add('ORDERS', { durable_name: 'NEW', ack_policy: AckPolicy.Explicit });
    }),
  );
  afterEach(() =>
    jsm(async (manager) => {
      for (const { config } of await manager.streams.list().next()) await manager.streams.delete(config.name);
    }),
  );

  it('makes streams before those that mirror and source them', async () => {
    await jsm(async (manager) => {
      await manager.streams.add({ name: 'A_MIRROR', mirror: { name: 'ORDERS' } });
      await manager.streams.add({ name: 'B_SOURCED', sources: [{ name: 'A_MIRROR' }, { name: 'ORDERS' }] });
      await backUp();
      for (const name of ['B_SOURCED', 'A_MIRROR', 'ORDERS']) await manager.streams.delete(name);
    });
    const made = await plan();
    assert.deepEqual(
      made.items.map(({ change }) => change.consumer ?? change.stream),
      ['ORDERS', 'A_MIRROR', 'B_SOURCED', 'NEW'],
    );
    const done = await apply(made);
    assert.deepEqual([done.applied.length, failures(done)], [4, []]);
    assert.deepEqual((await backUp()).result.written, []);
  });

  it('updates consumers under the same switch', async () => {
    await backUp();
    edit('ORDERS_consumer_NEW', { ack_wait: 60_000_000_000, description: 'slow' });
    const left = await apply(await plan(false));
    assert.deepEqual(left.applied, []);
    const done = await apply(await plan());
    assert.deepEqual(done.applied, [
      { kind: 'consumer', stream: 'ORDERS', consumer: 'NEW', action: 'update', differences: [] },
    ]);
    assert.equal((await jsm((manager) => manager.consumers.info('ORDERS', 'NEW'))).config.ack_wait, 60_000_000_000);
    const undo = { settings: settings(), source: done.saved ?? '', updateStreams: true, workerFile };
    const undone = await apply((await finishRun(planConfiguration(undo, never))).result);
    assert.equal(undone.applied.length, 1);
    assert.equal((await jsm((manager) => manager.consumers.info('ORDERS', 'NEW'))).config.ack_wait, 30_000_000_000);
  });

  it('reports a field that the server does not keep', async () => {
    await backUp();
    edit('ORDERS', { compression: 's2', description: 'compressed' });
    const done = await apply(await plan());
    assert.deepEqual(failures(done), []);
    const kept = isAtLeast(version, 10);
    assert.deepEqual(
      done.applied[0]?.differences.map(({ field, sent }) => [field, sent]),
      kept ? [] : [['compression', 's2']],
    );
    const [planned] = done.plan.filter(({ kind }) => kind === 'stream');
    assert.deepEqual(planned?.changes.map(({ field, verdict }) => [field, verdict]).sort(), [
      ['compression', kept ? 'applies' : 'ignored'],
      ['description', 'applies'],
    ]);
  });

  it('deletes messages only where the stream is confirmed by name', async () => {
    await withClient(server().url, async (nc) => {
      for (let id = 0; id < 20; id += 1) await nc.jetstream().publish('orders.new', `order ${id}`);
    });
    await backUp();
    edit('ORDERS', { max_msgs: 5 });
    const made = await plan();
    const [change] = made.items.map((item) => item.change).filter(({ kind }) => kind === 'stream');
    assert.deepEqual([change?.deletes?.messages, change?.deletes?.exact], [15, true]);
    for (const confirmed of [[], ['NEW'], ['orders']]) {
      assert.deepEqual(failures(await apply(made, confirmed)), [['ORDERS', 'confirmationRequired']]);
    }
    assert.equal((await jsm((manager) => manager.streams.info('ORDERS'))).state.messages, 20);
    const done = await apply(made, ['ORDERS']);
    assert.deepEqual(failures(done), []);
    assert.equal((await jsm((manager) => manager.streams.info('ORDERS'))).state.messages, 5);
  });

  it('does not change back what somebody changed since the plan was made', async () => {
    await backUp();
    edit('ORDERS', { max_msgs: 500 });
    edit('ORDERS_consumer_NEW', { ack_wait: 60_000_000_000 });
    const made = await plan();
    await jsm((manager) => manager.streams.update('ORDERS', { description: 'meanwhile' }));
    const done = await apply(made);
    assert.deepEqual(failures(done), [['ORDERS', 'changedMeanwhile']]);
    assert.deepEqual(
      done.applied.map(({ consumer }) => consumer),
      ['NEW'],
    );
    const { config } = await jsm((manager) => manager.streams.info('ORDERS'));
    assert.deepEqual([config.description, config.max_msgs], ['meanwhile', -1]);
  });

  it('goes on after a failure, and names what could not be read', async () => {
    await backUp();
    await jsm((manager) => manager.streams.delete('ORDERS'));
    writeFileSync(file('BROKEN'), '{ "name": "BROKEN",');
    writeFileSync(file('TAKEN'), JSON.stringify({ name: 'TAKEN', subjects: ['orders.new'] }));
    const made = await plan();
    const done = await apply(made);
    assert.deepEqual(
      done.problems.map(({ file: path, line }) => [path, line]),
      [[file('BROKEN'), 1]],
    );
    assert.deepEqual(failures(done), [['TAKEN', 'notSupported']]);
    assert.match(done.failed[0]?.error.message ?? '', /orders\.new.*ORDERS/);
    assert.equal(done.applied.length, 2);
    rmSync(file('BROKEN'));
  });

  it('sends nothing after a cancel, and says so of each', async () => {
    await backUp();
    edit('ORDERS', { max_msgs: 500 });
    const controller = new AbortController();
    const made = await plan();
    const request = { settings: settings(), confirmed: [], undoFolder: temp('undo') };
    const run = applyConfiguration(request, made, controller.signal);
    controller.abort();
    await assert.rejects(finishRun(run), { code: 'cancelled' });
    assert.equal((await jsm((manager) => manager.streams.info('ORDERS'))).config.max_msgs, -1);
  });

  it('creates only, where that was decided', async () => {
    await backUp();
    edit('ORDERS', { max_msgs: 500 });
    await jsm((manager) => manager.consumers.delete('ORDERS', 'NEW'));
    const done = await apply(withUpdates(await plan(), false));
    assert.deepEqual(
      done.applied.map(({ consumer, action }) => [consumer, action]),
      [['NEW', 'create']],
    );
    assert.equal(done.saved, undefined);
    assert.equal((await jsm((manager) => manager.streams.info('ORDERS'))).config.max_msgs, -1);
  });
});
