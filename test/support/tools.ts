import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

interface Versions {
  natsServer: string[];
  natsCli: string;
  natsCliOld: string;
}

export const repositoryRoot = join(__dirname, '..', '..', '..');

const versions = JSON.parse(readFileSync(join(repositoryRoot, 'scripts', 'versions.json'), 'utf8')) as Versions;
const missing = new Set((process.env['JETSTREAM_TEST_MISSING_SERVERS'] ?? '').split(',').filter(Boolean));

/** The server versions that this run tests: the oldest, the newest with archive V1 and the newest with archive V2. */
export const natsServerVersions: readonly string[] = versions.natsServer.filter((version) => !missing.has(version));

/** Whether this version makes and reads archive V2. */
export function hasArchiveV2(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || minor >= 15;
}

export function natsServerPath(version: string): string {
  return toolPath(`NATS_SERVER_${version.replaceAll('.', '_')}`, 'nats-server', version);
}

/** The `nats` command line that backups are exchanged with. */
export function natsCliPath(): string {
  return toolPath('NATS_CLI', 'nats', versions.natsCli);
}

/** The last `nats` command line that wrote configuration backups (`nats backup`). */
export function oldNatsCliPath(): string {
  return toolPath('NATS_CLI_OLD', 'nats', versions.natsCliOld);
}

function toolPath(variable: string, name: string, version: string): string {
  const given = process.env[variable];
  if (given) return given;
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const path = join(cacheFolder(), name, version, file);
  if (existsSync(path)) return path;
  throw new Error(`${name} ${version} is not in the cache (${path}). "npm test" fetches it; or set ${variable}.`);
}

function cacheFolder(): string {
  const own = process.env['JETSTREAM_BACKUP_CACHE'];
  return own || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'jetstream-backup-dev');
}
