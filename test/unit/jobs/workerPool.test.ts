import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { VerifyTask } from '../../../src/engine/jobs/transferTasks';
import { WorkerPool } from '../../../src/engine/jobs/workerPool';
import type { TransferProgress } from '../../../src/engine/progress';
import { workerFile } from '../../support/engineRun';
import { useTempDir } from '../../support/tempDir';
import { natsArchive, s2, stateEntry } from '../archive/makeArchive';

const never = () => undefined;
const mib = 1024 * 1024;

describe('WorkerPool', function () {
  this.timeout(60_000);
  const temp = useTempDir();
  let pool: WorkerPool;
  /** Every worker thread that was made in the test. */
  let workers: Worker[];
  const take = (worker: Worker) => void workers.push(worker);

  beforeEach(() => {
    workers = [];
    process.on('worker', take);
    pool = new WorkerPool(workerFile);
  });
  afterEach(async () => {
    process.off('worker', take);
    await pool.dispose();
  });

  const task = (file: string): VerifyTask => ({ kind: 'verify', archivePath: temp(file), stream: 'S' });

  function small(file: string, messages: number): VerifyTask {
    const entries = Array.from({ length: messages }, (_, index) => ({ name: 'a.b', seq: index + 1, body: 'body' }));
    const state = stateEntry({ messages, first_seq: 1, last_seq: messages });
    writeFileSync(temp(file), s2(natsArchive([state, ...entries])));
    return task(file);
  }

  /** So large that whatever happens at the first progress happens in the middle. */
  function large(): VerifyTask {
    const count = 40;
    const body = 'x'.repeat(mib);
    const entries = Array.from({ length: count }, (_, index) => ({ name: 'a.b', seq: index + 1, body }));
    writeFileSync(temp('large'), '');
    const archive = s2(natsArchive([stateEntry({ messages: count, first_seq: 1, last_seq: count }), ...entries]));
    for (let at = 0; at < archive.length; at += 16 * mib)
      appendFileSync(temp('large'), archive.subarray(at, at + 16 * mib));
    return task('large');
  }

  it('gives one task after the other to one worker, with its progress and its result', async () => {
    for (const messages of [3, 5, 7]) {
      const progress: TransferProgress[] = [];
      const { summary, identity } = await pool.run(small('a', messages), (each) => progress.push(each));
      assert.equal(summary.messages, messages);
      assert.equal(progress.at(-1)?.archiveBytes, identity.size);
    }
    assert.equal(workers.length, 1);
  });

  it('makes as many workers as tasks are under way, and no more', async () => {
    const tasks = Array.from({ length: 3 }, (_, index) => small(`file-${index}`, index + 1));
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.all(tasks.map((each) => pool.run(each, never)));
      assert.deepEqual(
        results.map(({ summary }) => summary.messages),
        [1, 2, 3],
      );
    }
    assert.equal(workers.length, 3);
  });

  it("passes a task's failure on with its code, and uses the worker again", async () => {
    writeFileSync(temp('empty'), '');
    await assert.rejects(pool.run(task('missing'), never), { name: 'BackupError', code: 'fileAccess' });
    await assert.rejects(pool.run(task('empty'), never), { name: 'BackupError', code: 'archiveTruncated' });
    assert.equal((await pool.run(small('a', 2), never)).summary.messages, 2);
    assert.equal(workers.length, 1);
  });

  it('cancels in the middle, and uses the worker again', async () => {
    const abort = new AbortController();
    const run = pool.run(large(), () => abort.abort(), abort.signal);
    await assert.rejects(run, { code: 'cancelled', message: 'The verification of stream S was cancelled.' });
    assert.equal((await pool.run(small('a', 2), never)).summary.messages, 2);
    assert.equal(workers.length, 1);
  });

  it('begins nothing that is cancelled already', async () => {
    const abort = new AbortController();
    abort.abort();
    let seen = 0;
    const count = () => (seen += 1);
    await assert.rejects(pool.run(small('a', 1), count, abort.signal), { code: 'cancelled' });
    assert.equal((await pool.run(small('b', 2), never)).summary.messages, 2);
    assert.equal(seen, 0);
  });

  it('fails the task of a worker that dies, and goes on with another', async () => {
    const run = pool.run(large(), () => void workers[0]?.terminate());
    await assert.rejects(run, { code: 'internal', message: /worker ended in the middle/ });
    assert.equal((await pool.run(small('a', 2), never)).summary.messages, 2);
    assert.equal(workers.length, 2);
  });

  it('gives no task to a worker that died while it had none', async () => {
    await pool.run(small('a', 1), never);
    await workers[0]?.terminate();
    assert.equal((await pool.run(small('a', 2), never)).summary.messages, 2);
    assert.equal(workers.length, 2);
  });

  it('says why a worker cannot start', async () => {
    const broken = new WorkerPool(temp('no-worker.js'));
    await assert.rejects(broken.run(small('a', 1), never), { code: 'internal', message: /no-worker\.js/ });
    await broken.dispose();
  });

  it('ends every worker with the run, and what is under way fails', async () => {
    await pool.run(small('a', 1), never);
    let begun: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const run = pool.run(large(), begun);
    run.catch(never);
    await first;
    const ends = workers.map((worker) => once(worker, 'exit'));
    await pool.dispose();
    await Promise.all(ends);
    await assert.rejects(run, { code: 'internal' });
  });
});
