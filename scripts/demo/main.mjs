import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import versions from '../versions.json' with { type: 'json' };
import { root } from '../launch.mjs';
import { getNatsServer } from '../tools/nats.mjs';
import { runProgramOk } from '../tools/runProgram.mjs';
import { messageOf, timed } from '../tools/say.mjs';
import { doMainJob } from './job.mjs';
import { openLink } from './link.mjs';
import { startNatsServer } from './natsServer.mjs';
import { makeSampleData } from './sampleData.mjs';
import { openVscode } from './vscode.mjs';

const context = 'demo';
/** VS Code's first start on a slow machine; with a person who has to open the address there is no limit. */
const connectWithin = 120_000;
const jobWithin = 180_000;

const stays = !process.argv.includes('--once') && process.stdin.isTTY && process.stdout.isTTY;
/** @type {(() => Promise<unknown> | unknown)[]} */
const ends = [];
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
});

/** Whether the job was done and everything came back. */
let whole = false;
try {
  await Promise.race([runDemo(), interrupted]);
} catch (error) {
  console.error(`\nThe demo failed: ${messageOf(error)}`);
}
for (const end of ends.reverse()) await end();
process.exit(whole ? 0 : 1);

async function runDemo() {
  const folder = mkdtempSync(join(tmpdir(), 'jetstream-demo-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  await timed('extension', 'bundling', () =>
    runProgramOk(process.execPath, ['esbuild.mjs', '--production'], { cwd: root }),
  );
  const { nc, url } = await startServer(folder);
  const link = await openLink();
  ends.push(link.close);
  const opened = await openVscode({
    folder,
    workspace: makeWorkspace(folder),
    env: { XDG_CONFIG_HOME: makeContext(folder, url), JETSTREAM_DEMO_LINK: link.address },
  });
  ends.push(opened.close);
  const mayWait = opened.address !== undefined && stays;
  const vscode = await within(mayWait ? undefined : connectWithin, link.connected, 'VS Code did not start');
  /** @type {Promise<never>} */
  const closed = opened.ended.then(() => {
    throw new Error('VS Code was closed');
  });
  closed.catch(() => {});
  const job = within(jobWithin, doMainJob(vscode, nc, context), 'the job did not end');
  whole = await Promise.race([job, closed]);
  console.log(whole ? '\nEverything came back.' : '\nNot everything came back, see above.');
  if (!stays) return;
  await opened.jobDone();
  console.log(
    opened.address === undefined
      ? 'VS Code stays open until you close it or press Ctrl-C here.'
      : `VS Code is at ${opened.address}\nIt stays there until you press Ctrl-C here.`,
  );
  await opened.ended;
}

/** @param {string} folder */
async function startServer(folder) {
  const { version, path } = await getAnyNatsServer();
  const server = await startNatsServer(path, folder);
  ends.push(server.stop);
  const nc = await connect({ servers: server.url });
  ends.push(() => nc.close());
  await timed(`nats-server ${version}`, `at ${server.url}, making sample streams`, () => makeSampleData(nc));
  return { nc, url: server.url };
}

/** The version that the demo prefers, else whichever can be had. Throws what was said of the preferred one. */
async function getAnyNatsServer() {
  const others = versions.natsServer.toReversed().filter((version) => version !== versions.demoServer);
  /** @type {unknown} */
  let problem;
  for (const version of [versions.demoServer, ...others]) {
    try {
      return { version, path: await getNatsServer(version) };
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

/**
 * A context of the NATS command line, in a configuration folder of the demo's own.
 * @param {string} folder
 * @param {string} url
 * @returns {string} for XDG_CONFIG_HOME
 */
function makeContext(folder, url) {
  const configHome = join(folder, 'config');
  mkdirSync(join(configHome, 'nats', 'context'), { recursive: true, mode: 0o700 });
  const file = join(configHome, 'nats', 'context', `${context}.json`);
  writeFileSync(file, JSON.stringify({ description: 'The server of npm run demo', url }, null, 2), { mode: 0o600 });
  writeFileSync(join(configHome, 'nats', 'context.txt'), context);
  return configHome;
}

/** @param {string} folder */
function makeWorkspace(folder) {
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  const text = [
    '# JetStream Backup demo',
    '',
    `The context **${context}** in the JetStream view is a nats-server on this machine, with the streams ORDERS and AUDIT`,
    'and the key-value bucket `settings`. Backups go to `jetstream-backups/` in this folder. All of it is removed when',
    'the demo ends.',
    '',
  ];
  writeFileSync(join(workspace, 'README.md'), text.join('\n'));
  return workspace;
}

/**
 * @template T
 * @param {number | undefined} milliseconds without them it waits as long as it takes
 * @param {Promise<T>} work
 * @param {string} problem
 * @returns {Promise<T>}
 */
async function within(milliseconds, work, problem) {
  if (milliseconds === undefined) return await work;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${problem} within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([work, late]));
  } finally {
    clearTimeout(timer);
  }
}
