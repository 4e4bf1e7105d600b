import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import type { ConfigurationPlan } from '../../src/engine/jobs/configurationPlan';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { planStreamChange } from '../../src/engine/jobs/planStreamChange';
import type { ConnectionSettings, JsonObject } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { startCluster, type Cluster } from '../support/cluster';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { keptTempDir } from '../support/tempDir';
import { natsServerVersions } from '../support/tools';

const never = new AbortController().signal;
const version = natsServerVersions.at(-1) ?? '';
/** A server counts as gone only after a while; until then what is asked of it is just not answered. */
const patienceMs = 120_000;

describe(`a plan while a server is gone from a cluster of nats-server ${version}`, function () {
  this.timeout(300_000);
  const temp = keptTempDir();
  let cluster: Cluster | undefined;
  let settings: ConnectionSettings;
  let api: JetStreamApi;
  /** On the server that goes, both on it and another, and on all: a consumer of this one is only on it, one is not. */
  const names = { alone: 'ALONE', pair: '', three: 'THREE', lost: '', found: '' };

  before(async () => {
    cluster = await startCluster({ version });
    const { servers } = cluster;
    const first = new JetStreamApi(await connectForRun(plainSettings(cluster.url), never));
    const { cluster: home } = await first.createStream({ name: names.alone, subjects: ['alone'] });
    await eventually(() => first.createConsumer(names.alone, consumer('C')));
    const victim = home?.leader ?? '';
    names.pair = await untilOneOf(
      (name) => first.createStream({ name: `PAIR${name}`, subjects: [`pair.${name}`], num_replicas: 2 }),
      ({ cluster: at }) => [at?.leader, ...(at?.replicas ?? []).map((each) => each.name)].includes(victim),
    ).then(({ config }) => config.name);
    await first.createStream({ name: names.three, subjects: ['three'], num_replicas: 3 });
    const make = (name: string) =>
      eventually(() => first.createConsumer(names.three, { ...consumer(`C${name}`), num_replicas: 1 }));
    names.lost = (await untilOneOf(make, ({ cluster: at }) => at?.leader === victim)).name;
    names.found = (
      await untilOneOf(
        (name) => make(`X${name}`),
        ({ cluster: at }) => at?.leader !== victim,
      )
    ).name;
    await first.connection.close();

    const index = Number(victim.slice(1)) - 1;
    settings = plainSettings(servers[(index + 1) % servers.length]?.url ?? '');
    await backUp();
    for (const file of readdirSync(temp('config'))) {
      const config = JSON.parse(readFileSync(temp('config', file), 'utf8')) as JsonObject;
      writeFileSync(temp('config', file), JSON.stringify({ ...config, description: 'changed' }));
    }
    servers[index]?.signal('SIGKILL');
    api = new JetStreamApi(await connectForRun(settings, never));
    await eventually(async () => {
      const { streams, missing } = await api.listStreams();
      assert.deepEqual(missing, [names.alone]);
      const pair = streams.find(({ config }) => config.name === names.pair);
      assert.equal(pair?.cluster?.leader ?? '', '');
      const leader = streams.find(({ config }) => config.name === names.three)?.cluster?.leader;
      assert.ok(leader !== undefined && leader !== victim);
      assert.deepEqual((await api.consumerListing(names.three)).missing.includes(names.lost), true);
    }, patienceMs);
  });
  after(async () => {
    await api.connection.close();
    await cluster?.stop();
  });

  function consumer(durable: string) {
    return { durable_name: durable, ack_policy: 'explicit' };
  }

  /** Where a server puts what is made it decides itself: makes more until one is where it is wanted. */
  async function untilOneOf<T>(make: (name: string) => Promise<T>, isWanted: (made: T) => boolean): Promise<T> {
    for (let id = 0; id < 30; id += 1) {
      const made = await make(String(id));
      if (isWanted(made)) return made;
    }
    throw new Error('the cluster put none of 30 where it was wanted');
  }

  const backUp = async () =>
    (await finishRun(backupConfiguration({ settings, directory: temp('config'), removeGone: true }, never))).result;
  const plan = async (): Promise<ConfigurationPlan> => {
    const request = { settings, source: temp('config'), updateStreams: true, workerFile };
    return (await finishRun(planConfiguration(request, never))).result;
  };
  const itemOf = (made: ConfigurationPlan, stream: string, durable?: string) =>
    made.items.find(({ change }) => change.stream === stream && change.consumer === durable)?.change;

  it('refuses what does not answer, with the cause and what to do, and goes on with the rest', async () => {
    const made = await plan();
    const refused: [name: string, stream: string, durable: string | undefined, text: RegExp][] = [
      ['offline', names.alone, undefined, /^Stream ALONE: no server answered for it.*start them, then try again/],
      ['of it', names.alone, 'C', /^Stream ALONE: no server answered for it/],
      ['without leader', names.pair, undefined, /has no leader.* Start its other servers \(n\d/],
      ['consumer offline', names.three, names.lost, /^Consumer C\d+ of stream THREE: no server answered for it/],
    ];
    for (const [what, stream, durable, text] of refused) {
      const item = itemOf(made, stream, durable);
      assert.equal(item?.action, 'refused', what);
      assert.equal(item.error?.code, 'timeout');
      assert.match(item.error.message, text);
    }
    assert.equal(itemOf(made, names.three)?.action, 'update');
    assert.equal(itemOf(made, names.three, names.found)?.action, 'update');
    await assert.rejects(api.updateStream({ name: names.alone, subjects: ['alone'], description: 'x' }));
  });

  it('is carried out as far as it goes', async () => {
    const made = await plan();
    const request = { settings, confirmed: [], undoFolder: temp('undo') };
    const { applied, failed } = (await finishRun(applyConfiguration(request, made, never))).result;
    const appliedNames = applied.map(({ stream, consumer: durable }) => durable ?? stream);
    assert.ok(appliedNames.includes(names.three) && appliedNames.includes(names.found), appliedNames.join());
    assert.deepEqual(
      failed.map(({ action }) => action).filter((action) => action !== 'refused'),
      [],
      JSON.stringify(failed),
    );
    assert.equal((await api.streamInfo(names.three)).config['description'], 'changed');
  });

  it('of the same change to several streams is one for those that answer', async () => {
    const request = { settings, streams: [names.alone, names.pair, names.three], change: { max_msgs: 7 } };
    const made = (await finishRun(planStreamChange(request, never))).result;
    assert.deepEqual(
      made.items.map(({ change }) => [change.stream, change.action]),
      [
        [names.alone, 'refused'],
        [names.pair, 'refused'],
        [names.three, 'update'],
      ],
    );
  });

  it('is not misled by a backup of the configuration, which takes none of them for gone', async () => {
    const before = readdirSync(temp('config'));
    const { removed, failed } = await backUp();
    assert.deepEqual(removed, []);
    assert.deepEqual(readdirSync(temp('config')), before);
    const failures = failed.map(({ stream, consumer: durable }) => durable ?? stream);
    assert.ok(failures.includes(names.alone) && failures.includes(names.lost), failures.join());
  });
});
