import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { startNatsServer } from '../demo/natsServer.mjs';
import { root } from '../launch.mjs';
import { getNatsCli, getNatsServer } from '../tools/nats.mjs';
import { runProgramOk } from '../tools/runProgram.mjs';
import { messageOf, say, timed } from '../tools/say.mjs';
import { commandLine, ourselves } from './contestants.mjs';
import { benchOptions } from './options.mjs';
import { makeStream } from './stream.mjs';
import { printTable } from './table.mjs';

/** @type {import('./table.mjs').Measurement[]} */
const measurements = [];
try {
  const options = benchOptions(process.argv.slice(2));
  await timed('build', 'the production bundle', () =>
    runProgramOk(process.execPath, ['esbuild.mjs', '--production'], { cwd: root }),
  );
  for (const version of options.servers) await benchServer(version, options);
  console.log('\nMB of the stream a second (a MB is 1,000,000 bytes):');
  printTable(measurements);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

/**
 * @param {string} version
 * @param {import('./options.mjs').BenchOptions} options
 */
async function benchServer(version, options) {
  const [server, cli] = [await getNatsServer(version), await getNatsCli()];
  const folder = mkdtempSync(join(tmpdir(), 'jetstream-bench-'));
  const running = await startNatsServer(server, folder);
  const nc = await connect({ servers: running.url });
  try {
    const stream = await timed(`nats-server ${version}`, `making ${options.megabytes} MiB`, () =>
      makeStream(nc, options),
    );
    say(`nats-server ${version}`, `${stream.messages} messages, ${stream.bytes} bytes`);
    const verifies = Number(version.split('.')[1]) >= 15;
    const contestants = [ourselves(running.url, stream), commandLine(cli, running.url, stream, verifies)];
    for (let run = 1; run <= options.runs; run++) {
      const load = `${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors`;
      say(`nats-server ${version}`, `run ${run} of ${options.runs}, load ${load}`);
      // Whoever comes second finds warmer caches.
      for (const contestant of run % 2 === 1 ? contestants : contestants.toReversed()) {
        await measure(version, contestant, stream, join(folder, `${contestant.name} ${run}`));
      }
    }
  } finally {
    await nc.close();
    await running.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {string} server
 * @param {import('./contestants.mjs').Contestant} contestant
 * @param {{ bytes: number, remove: () => Promise<unknown> }} stream is there before and after
 * @param {string} folder
 */
async function measure(server, contestant, stream, folder) {
  /**
   * @param {string} operation
   * @param {(folder: string) => Promise<void>} work
   */
  const clock = async (operation, work) => {
    const begin = performance.now();
    await work(folder);
    const seconds = (performance.now() - begin) / 1000;
    measurements.push({ server, operation, who: contestant.name, rate: stream.bytes / 1e6 / seconds });
  };
  mkdirSync(folder);
  await clock('backup', contestant.backup);
  if (contestant.verify !== undefined) await clock('verify', contestant.verify);
  await stream.remove();
  await clock('restore', contestant.restore);
  rmSync(folder, { recursive: true });
}
