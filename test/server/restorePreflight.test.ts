import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import type { RestoreRequest } from '../../src/engine/jobs/restorePlan';
import type { RestorePlan } from '../../src/engine/jobs/restorePlan';
import { planRestore } from '../../src/engine/jobs/planRestore';
import type { RestoreResult } from '../../src/engine/results';
import { eachServer } from '../support/eachServer';
import { backupRequest, finishRun, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { withNatsServer } from '../support/natsServer';
import { readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2, natsServerVersions } from '../support/tools';

const day = 24 * 3600 * 1e9;

eachServer('the plan of a restore', (server, version) => {
  const folder = useTempDir();
  let set: string;

  const client = <T>(body: Parameters<typeof withClient<T>>[1]) => withClient(server().url, body);
  const addStream = (config: Partial<StreamConfig> & { name: string }) =>
    client(async (nc, jsm) => {
      const wanted = { subjects: [`${config.name}.*`], storage: StorageType.File, ...config };
      // 2.15 answers a delete before the stream's folder is gone, and refuses the same name until then.
      const again = (error: Error) =>
        error.message.includes('error creating store') ? undefined : Promise.reject(error);
      while ((await jsm.streams.add(wanted).catch(again)) === undefined) await setTimeout(50);
      for (let id = 1; id <= 20; id += 1) await nc.jetstream().publish(`${config.name}.${id % 3}`, `body ${id}`);
    });
  const request = (more: Partial<RestoreRequest> = {}) => restoreRequest(plainSettings(server().url), set, more);
  const names = () => client(async (_, jsm) => await jsm.streams.names().next());

  beforeEach(async () => {
    await addStream({ name: 'ORDERS' });
    const { result } = await runBackup(backupRequest(plainSettings(server().url), folder('backups')));
    assert.ok(result.directory);
    set = result.directory;
    await client((_, jsm) => jsm.streams.delete('ORDERS'));
  });
  afterEach(() =>
    client(async (_, jsm) => {
      for (const name of await jsm.streams.names().next()) await jsm.streams.delete(name);
    }),
  );

  /** The plan refuses, the run sends nothing, and the server is as before. */
  async function refuses(more: Partial<RestoreRequest>, code: string, text: RegExp, url = server().url): Promise<void> {
    const before = await withClient(url, async (_, jsm) => await jsm.streams.names().next());
    const { plan, result } = await runRestore({ ...request(more), settings: plainSettings(url) });
    assertRefused(plan, result, code, text);
    assert.deepEqual(await withClient(url, async (_, jsm) => await jsm.streams.names().next()), before);
  }

  it('foresees that the stream exists, and skips it where that is asked for', async () => {
    await addStream({ name: 'ORDERS' });
    await refuses({}, 'streamExists', /^Stream ORDERS already exist$/);
    const { plan, result } = await runRestore(request({ existing: 'skip' }));
    assert.equal(plan.streams[0]?.action, 'skip');
    assert.deepEqual(
      result.streams.map(({ name, outcome, error }) => ({ name, outcome, error })),
      [{ name: 'ORDERS', outcome: 'skipped', error: undefined }],
    );
  });

  it('refuses subjects that overlap those of another stream', async () => {
    await addStream({ name: 'OTHER', subjects: ['ORDERS.1', 'OTHER.*'] });
    await refuses({}, 'serverError', /ORDERS.*overlaps.*OTHER/);
    const { result } = await runRestore(request({ overrides: { config: { subjects: ['ORDERS.2'] } } }));
    assert.equal(result.streams[0]?.outcome, 'restored');
  });

  it('refuses replicas where there is no cluster', async () => {
    await refuses({ overrides: { replicas: 3 } }, 'notSupported', /3 replicas.*not in a cluster.*replicas 1/);
  });

  it('refuses an archive V1 into memory, where a server would make it empty', async () => {
    const more = { overrides: { config: { storage: 'memory' } } };
    if (!hasArchiveV2(version)) return await refuses(more, 'notSupported', /memory.*empty.*storage "file"/);
    const { result } = await runRestore(request(more));
    assert.equal(result.streams[0]?.outcome, 'restored');
    assert.equal(result.streams[0].actual?.messages, 20);
    assert.deepEqual(result.streams[0].differences, []);
  });

  it('refuses a max_age that would drop everything, and warns of one that drops a part', async () => {
    const aged = (nanoseconds: number) => ({ overrides: { config: { max_age: nanoseconds, duplicate_window: 1e8 } } });
    await refuses(aged(1e8), 'archiveMismatch', /max_age.*drop all/);
    const { plan, result } = await runRestore(request(aged(day)));
    assert.deepEqual(plan.streams[0]?.warnings, []);
    assert.equal(result.streams[0]?.outcome, 'restored');
  });

  it('leaves out a first_seq above the first message, which would restore an empty stream', async () => {
    const { result } = await runRestore(request({ overrides: { config: { first_seq: 15 } } }));
    assert.equal(result.streams[0]?.outcome, 'restored');
    assert.equal(result.streams[0].actual?.messages, 20);
  });

  it('takes overrides of the configuration and of tags', async () => {
    const overrides = { tags: ['fast'], config: { description: 'restored', max_msgs: 1000 } };
    const { result } = await runRestore(request({ overrides }));
    assert.equal(result.streams[0]?.outcome, 'restored', result.streams[0]?.error?.message);
    const { config } = await client((_, jsm) => jsm.streams.info('ORDERS'));
    assert.equal(config.description, 'restored');
    assert.equal(config.max_msgs, 1000);
    assert.deepEqual(config.placement?.tags, ['fast']);
    assert.equal((await readStream(server().url, 'ORDERS')).messages.length, 20);
  });

  it('says that limits will remove a part, and does not call that a failure', async () => {
    const { plan, result } = await runRestore(request({ overrides: { config: { max_msgs: 10 } } }));
    assert.match(plan.streams[0]?.warnings.join() ?? '', /max_msgs is 10/);
    assert.equal(plan.streams[0]?.trimmed, true);
    assert.equal(result.streams[0]?.outcome, 'restored');
    assert.equal(result.streams[0].actual?.messages, 10);
    assert.notDeepEqual(result.streams[0].differences, []);
  });

  it('refuses what passes the quota of the account', async () => {
    const config = `accounts { A { users: [{ user: a, password: a }], jetstream: { max_file: 500 } } }\nno_auth_user: a`;
    await withNatsServer({ version, config }, async (small) => {
      await refuses({}, 'serverError', /ORDERS needs .* of 500 B/, small.url);
    });
  });

  it('warns of what is unknown because the manifest is damaged, and restores all the same', async () => {
    const unknown = /manifest .* cannot be read.*which consumers.*left out.*SHA-256.*manifest\.json is damaged/;
    writeFileSync(join(set, 'manifest.json'), '{"kind": "jetstream-backup-set", "version": 1, "streams": 7}');
    const planOf = async (source: string) => {
      const plan = (await finishRun(planRestore({ ...request(), source }, new AbortController().signal))).result;
      assert.equal(plan.streams.length, 1);
      assert.equal(plan.streams[0]?.warnings.length, 1, plan.streams[0]?.warnings.join('\n'));
      assert.match(plan.streams[0].warnings[0] ?? '', unknown);
      assert.equal(plan.streams[0].trimmed, false);
      return plan.streams[0];
    };
    assert.equal((await planOf(set)).action, 'restore');
    assert.equal((await planOf(join(set, 'data', 'ORDERS'))).action, 'restore');
    const { result } = await runRestore(request());
    assert.equal(result.streams[0]?.outcome, 'restored', result.streams[0]?.error?.message);
    assert.equal(result.streams[0].actual?.messages, 20);
    assert.equal((await planOf(set)).action, 'refused', 'it exists now');
  });

  it('names a stream that the backup does not hold', async () => {
    const { result } = await runRestore(request({ streams: ['NONE'] }));
    assert.equal(result.streams[0]?.error?.code, 'streamNotFound');
    assert.match(result.streams[0].error.message, /NONE is not in .*It holds: ORDERS/);
  });

  it('keeps a work queue as it is', async () => {
    await addStream({ name: 'WORK', retention: RetentionPolicy.Workqueue });
    const { result } = await runBackup(
      backupRequest(plainSettings(server().url), folder('queue'), { streams: ['WORK'] }),
    );
    const before = await readStream(server().url, 'WORK');
    await client((_, jsm) => jsm.streams.delete('WORK'));
    const restored = await runRestore({ ...request(), source: result.directory ?? '' });
    assert.deepEqual(restored.result.streams[0]?.differences, []);
    assert.deepEqual(await readStream(server().url, 'WORK'), before);
  });

  for (const target of natsServerVersions.filter((other) => other !== version)) {
    it(`tells before the upload whether nats-server ${target} can restore it`, async () => {
      await client(async (nc, jsm) => {
        await jsm.streams.add({ name: 'HOLES', subjects: ['HOLES.*'] });
        for (let id = 1; id <= 20; id += 1) await nc.jetstream().publish(`HOLES.${id}`, 'body');
        for (const seq of [3, 4, 20]) await jsm.streams.deleteMessage('HOLES', seq);
      });
      const backedUp = await runBackup(
        backupRequest(plainSettings(server().url), folder('more'), { streams: ['HOLES'] }),
      );
      const before = await readStream(server().url, 'HOLES');
      const source = backedUp.result.directory ?? '';
      await withNatsServer({ version: target }, async (other) => {
        const onOther = restoreRequest(plainSettings(other.url), source);
        const { plan, result } = await runRestore(onOther);
        if (hasArchiveV2(version)) return assertRefused(plan, result, 'notSupported', /2\.15 or later/);
        if (target.startsWith('2.9.')) return assertRefused(plan, result, 'notSupported', /deletes.*2\.10 or later/);
        assert.equal(result.streams[0]?.outcome, 'restored', result.streams[0]?.error?.message);
        assert.deepEqual(result.streams[0].differences, []);
        assert.deepEqual(await readStream(other.url, 'HOLES'), before);
      });
    });
  }

  it('is cancelled before anything is sent', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await assert.rejects(finishRun(planRestore(request(), cancel.signal)), { code: 'cancelled' });
    assert.deepEqual(await names(), []);
  });
});

function assertRefused(plan: RestorePlan, result: RestoreResult, code: string, text: RegExp): void {
  assert.equal(plan.streams[0]?.action, 'refused');
  assert.equal(plan.streams[0].error?.code, code);
  assert.match(plan.streams[0].error.message, text);
  assert.equal(result.streams[0]?.outcome, 'failed');
  assert.equal(result.streams[0].leftBehind, 'nothing');
}
