import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../launch.mjs';
import { runProgramOk } from '../tools/runProgram.mjs';

/**
 * One of those that are compared. Each operation resolves when it is done, and throws what went wrong.
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(folder: string) => Promise<void>} backup into an empty folder
 * @property {((folder: string) => Promise<void>) | undefined} verify
 * @property {(folder: string) => Promise<void>} restore onto a server without the stream
 */

/**
 * This tree, by the worker that ships: what it does for one stream, its own connection and the start of its thread
 * included.
 * @param {string} url
 * @param {{ name: string, bytes: number }} stream
 * @returns {Contestant}
 */
export function ourselves(url, stream) {
  const settings = { context: 'bench', servers: [new URL(url).host], credentials: {}, apiPrefix: '$JS.API' };
  /** @type {import('../../src/engine/jobs/transferTasks.js').BackupTaskResult | undefined} */
  let backedUp;
  /** @type {import('../../src/engine/jobs/transferTasks.js').VerifyTaskResult | undefined} */
  let verified;
  const archiveIn = (/** @type {string} */ folder) =>
    join(folder, backedUp?.files.find(({ name }) => name.endsWith('.s2'))?.name ?? '');
  return {
    name: 'this tree',
    async backup(folder) {
      backedUp = await runTask({
        kind: 'backup',
        settings,
        stream: stream.name,
        folder,
        expectedBytes: stream.bytes,
        noConsumers: false,
        checkMessages: false,
        chunkSize: 128 * 1024,
        idleTimeoutMs: 60_000,
      });
    },
    async verify(folder) {
      verified = await runTask({ kind: 'verify', archivePath: archiveIn(folder), stream: stream.name });
    },
    async restore(folder) {
      if (backedUp === undefined || verified === undefined) throw new Error('only what was verified is restored');
      await runTask({
        kind: 'restore',
        settings,
        archivePath: archiveIn(folder),
        stream: stream.name,
        config: backedUp.config,
        state: backedUp.state,
        sha256: verified.sha256,
        identity: verified.identity,
        archiveBytes: verified.summary.archiveBytes,
      });
    },
  };
}

/**
 * The `nats` command line. It verifies only archives of servers from 2.15 on.
 * @param {string} program
 * @param {string} url
 * @param {{ name: string }} stream
 * @param {boolean} verifies
 * @returns {Contestant}
 */
export function commandLine(program, url, stream, verifies) {
  const run = async (/** @type {string[]} */ ...args) => {
    await runProgramOk(program, ['--server', url, ...args], { timeout: 600_000 });
  };
  return {
    name: 'nats',
    backup: (folder) => run('backup', 'stream', stream.name, folder, '--no-progress'),
    verify: verifies ? (folder) => run('backup', 'validate', folder) : undefined,
    restore: (folder) => run('backup', 'restore', 'stream', folder, '--no-progress'),
  };
}

/**
 * Runs one task in a worker thread of its own, as a backup of one stream does.
 * @template {import('../../src/engine/jobs/transferTasks.js').TransferTask} T
 * @param {T} task
 * @returns {Promise<import('../../src/engine/jobs/transferTasks.js').TransferResult<T>>}
 */
async function runTask(task) {
  const worker = new Worker(join(root, 'dist', 'worker.js'));
  try {
    return await new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (/** @type {import('../../src/engine/jobs/workerProtocol.js').FromWorker} */ message) => {
        if (message.type === 'done') resolve(/** @type {any} */ (message.result));
        if (message.type === 'failed') reject(new Error(message.error.message));
      });
      worker.postMessage({ type: 'run', id: 1, task });
    });
  } finally {
    await worker.terminate();
  }
}
