import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { AckPolicy, StorageType } from 'nats';
import { readManifest } from '../../src/engine/backupSet/manifestFile';
import { inParallel } from '../../src/engine/util/inParallel';
import { backupRequest, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { withNatsServer } from '../support/natsServer';
import { readStream, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { natsServerVersions } from '../support/tools';

/** More than one page of every listing on the newest server. */
const counts = new Map([
  [natsServerVersions[0], 100],
  [natsServerVersions.at(-1), 320],
]);

describe('many small streams in one account', () => {
  const folder = useTempDir();

  for (const [version, count] of counts) {
    if (version === undefined) continue;
    it(`are all backed up and all restored: ${count} on nats-server ${version}`, async function () {
      this.timeout(300_000);
      const names = Array.from({ length: count }, (_, index) => `S${String(index).padStart(3, '0')}`);
      const set = await withNatsServer({ version }, async (server) => {
        await makeStreams(server.url, names);
        const run = await runBackup(backupRequest(plainSettings(server.url), folder('backups'), { parallel: 4 }));
        const failed = run.result.streams.filter(({ outcome, verified }) => outcome !== 'backedUp' || !verified);
        assert.deepEqual(failed, []);
        assert.deepEqual(
          run.result.streams.map(({ name, messages }) => [name, messages]),
          names.map((name, index) => [name, messagesOf(index)]),
        );
        return run.result.directory ?? '';
      });
      const manifest = await readManifest(set);
      assert.deepEqual(
        manifest.streams.map(({ name, folder: own, consumers }) => [name, own, consumers]),
        names.map((name, index) => [name, name, consumersOf(index)]),
      );
      assert.deepEqual(readdirSync(`${set}/data`).sort(), names);

      await withNatsServer({ version }, async (server) => {
        const request = restoreRequest(plainSettings(server.url), set, { parallel: 4 });
        const { plan, result } = await runRestore(request);
        assert.deepEqual(
          plan.streams.map(({ name }) => name),
          names,
        );
        const wrong = result.streams.filter((each) => each.outcome !== 'restored' || each.differences.length > 0);
        // Should the server itself have ended, its last words tell why.
        assert.equal(wrong.length, 0, `${JSON.stringify(wrong.slice(0, 3))}\n${server.log().slice(-2000)}`);
        assert.deepEqual(
          result.streams.map(({ name, actual }) => [name, actual?.messages, actual?.consumers]),
          names.map((name, index) => [name, messagesOf(index), consumersOf(index)]),
        );
        const listed = await withClient(server.url, (_, jsm) => jsm.getAccountInfo());
        assert.equal(listed.streams, count);
        const { messages } = await readStream(server.url, names.at(-1) ?? '');
        assert.deepEqual(
          messages.map(({ body }) => Buffer.from(body, 'base64').toString()),
          Array.from({ length: messagesOf(count - 1) }, (_, id) => `body ${id} of ${names.at(-1)}`),
        );
      });
    });
  }
});

/** Every eleventh stream is empty. */
function messagesOf(index: number): number {
  return index % 11;
}

/** Every eighth has a consumer, every sixteenth two. */
function consumersOf(index: number): number {
  return index % 16 === 0 ? 2 : index % 8 === 0 ? 1 : 0;
}

async function makeStreams(url: string, names: string[]): Promise<void> {
  await withClient(url, async (nc, jsm) => {
    await inParallel(names, 8, async (name, index) => {
      await jsm.streams.add({ name, subjects: [`${name}.*`], storage: StorageType.File });
      for (let id = 0; id < messagesOf(index); id += 1) {
        await nc.jetstream().publish(`${name}.${id % 3}`, `body ${id} of ${name}`);
      }
      for (let id = 0; id < consumersOf(index); id += 1) {
        await jsm.consumers.add(name, { durable_name: `C${id}`, ack_policy: AckPolicy.Explicit });
      }
    });
  });
}
