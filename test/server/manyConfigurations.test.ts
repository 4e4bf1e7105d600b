import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AckPolicy, StorageType } from 'nats';
import { applyConfiguration } from '../../src/engine/jobs/applyConfiguration';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import { planConfiguration } from '../../src/engine/jobs/planConfiguration';
import { inParallel } from '../../src/engine/util/inParallel';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

const never = new AbortController().signal;
const streams = 2000;
/** Every tenth stream has a durable consumer. */
const consumers = streams / 10;

eachServer(`the configuration of ${streams} streams`, (server) => {
  const temp = useTempDir();

  it('is exported, deleted, restored and exported again to the same bytes', async () => {
    const settings = plainSettings(server().url);
    const numbers = Array.from({ length: streams }, (_, index) => index);
    await withClient(server().url, async (_, jsm) => {
      await inParallel(numbers, 32, async (number) => {
        const name = `S${number}`;
        await jsm.streams.add({ name, subjects: [`s.${number}.>`], storage: StorageType.Memory, max_msgs: number });
        if (number % 10 === 0)
          await jsm.consumers.add(name, { durable_name: 'c', ack_policy: AckPolicy.Explicit, mem_storage: true });
      });
    });
    const backUp = async () =>
      (await finishRun(backupConfiguration({ settings, directory: temp('config'), removeGone: false }, never))).result;
    assert.deepEqual((await backUp()).written.length, streams + consumers);
    const bytes = digestOf(temp('config'));
    assert.deepEqual((await backUp()).written, []);
    await withClient(server().url, async (_, jsm) => {
      await inParallel(numbers, 32, (number) => jsm.streams.delete(`S${number}`));
    });
    const request = { settings, source: temp('config'), updateStreams: false, workerFile };
    const plan = (await finishRun(planConfiguration(request, never))).result;
    assert.deepEqual(
      plan.items.filter(({ change }) => change.action !== 'create').map(({ change }) => change),
      [],
    );
    const run = applyConfiguration({ settings, confirmed: [], undoFolder: temp('undo') }, plan, never);
    const { applied, failed } = (await finishRun(run)).result;
    assert.deepEqual(failed, []);
    assert.equal(applied.length, streams + consumers);
    assert.deepEqual((await backUp()).written, []);
    assert.equal(digestOf(temp('config')), bytes);
    const again = (await finishRun(planConfiguration(request, never))).result;
    assert.deepEqual(
      again.items.filter(({ change }) => change.action !== 'unchanged').map(({ change }) => change),
      [],
    );
  });
});

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
