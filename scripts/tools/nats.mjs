import versions from '../versions.json' with { type: 'json' };
import { getBinary } from './binary.mjs';

/**
 * The environment variable that names a nats-server of this version, for these scripts and for the tests.
 * @param {string} version
 */
export function natsServerVariable(version) {
  return `NATS_SERVER_${version.replaceAll('.', '_')}`;
}

/**
 * The path of a nats-server. Throws `UnavailableError`.
 * @param {string} version one of versions.json
 */
export function getNatsServer(version) {
  const release = `https://github.com/nats-io/nats-server/releases/download/v${version}`;
  return getBinary({
    name: 'nats-server',
    version,
    variable: natsServerVariable(version),
    release: { url: `${release}/nats-server-v${version}-${platformName()}.zip`, sums: `${release}/SHA256SUMS` },
    goPackage: 'github.com/nats-io/nats-server/v2',
    debianPackage: 'nats-server',
  });
}

/** The path of the `nats` command line. Throws `UnavailableError`. */
export function getNatsCli() {
  return natsCli(versions.natsCli, 'NATS_CLI');
}

/** The path of the last `nats` command line that wrote configuration backups (`nats backup`). Throws `UnavailableError`. */
export function getOldNatsCli() {
  return natsCli(versions.natsCliOld, 'NATS_CLI_OLD');
}

/**
 * @param {string} version
 * @param {string} variable
 */
function natsCli(version, variable) {
  const release = `https://github.com/nats-io/natscli/releases/download/v${version}`;
  return getBinary({
    name: 'nats',
    version,
    variable,
    release: { url: `${release}/nats-${version}-${platformName()}.zip`, sums: `${release}/SHA256SUMS` },
    goPackage: 'github.com/nats-io/natscli/nats',
  });
}

/** As the releases are named: linux-amd64, darwin-arm64, windows-amd64. */
function platformName() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
}
