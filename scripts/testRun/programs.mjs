import versions from '../versions.json' with { type: 'json' };
import { getNatsCli, getNatsServer, getOldNatsCli, natsServerVariable } from '../tools/nats.mjs';
import { messageOf } from '../tools/say.mjs';

/**
 * Gets the servers and the command line that the tests use, side by side.
 * @param {import('./tally.mjs').Tally} tally told what could not be had
 * @returns {Promise<NodeJS.ProcessEnv>} how the tests find them, see test/support/tools.ts
 */
export async function getPrograms(tally) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  /** @type {string[]} */
  const missing = [];
  const servers = versions.natsServer.map(async (version) => {
    try {
      env[natsServerVariable(version)] = await getNatsServer(version);
    } catch (error) {
      missing.push(version);
      tally.leaveOut(`tests on nats-server ${version}`, messageOf(error));
    }
  });
  const cli = getNatsCli().then(
    (path) => (env['NATS_CLI'] = path),
    (error) => tally.leaveOut(`tests that use nats ${versions.natsCli}; they fail`, messageOf(error)),
  );
  const oldCli = getOldNatsCli().then(
    (path) => (env['NATS_CLI_OLD'] = path),
    (error) => tally.leaveOut(`tests that use nats ${versions.natsCliOld}; they fail`, messageOf(error)),
  );
  await Promise.all([...servers, cli, oldCli]);
  return { ...env, JETSTREAM_TEST_MISSING_SERVERS: missing.join(',') };
}
