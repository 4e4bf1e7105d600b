import { readlinkSync } from 'node:fs';
import { stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { stringifyJson } from '../util/losslessJson';
import { errorNumber } from './fileError';
import { writePrivateFile } from './privateFile';
import { ifExists, readJsonObject } from './readJson';

/** Says, inside a temporary folder, who writes it; its time of change is the heartbeat. */
export const ownerFile = 'owner.json';

const heartbeatMs = 5_000;

/** A live owner that sleeps with its machine wakes within this. Also bridges clocks that differ on a network disk. */
const silentMs = 10 * 60_000;

export interface Owner {
  host: string;
  pid: number;
}

export interface Heartbeat {
  stop(): void;
}

/** Marks the folder as written by this process, and keeps the mark fresh until it is stopped. */
export async function claimFolder(folder: string, intervalMs = heartbeatMs): Promise<Heartbeat> {
  const path = join(folder, ownerFile);
  const owner: Owner = { host: thisHost(), pid: process.pid };
  await writePrivateFile(path, `${stringifyJson(owner, 2)}\n`);
  const beat = () => {
    const now = new Date();
    // A beat that fails is a beat missed, nothing more.
    utimes(path, now, now).catch(() => undefined);
  };
  const timer = setInterval(beat, intervalMs).unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Whether nobody writes this temporary folder any more: its process is gone from this machine, or, where that cannot be
 * known, it has been silent for ten minutes.
 */
export async function isAbandoned(folder: string): Promise<boolean> {
  const owner = await readOwner(folder);
  if (owner !== undefined && owner.host === thisHost() && !isRunning(owner.pid)) return true;
  const lastSign = (await ifExists(stat(join(folder, ownerFile)))) ?? (await ifExists(stat(folder)));
  return lastSign !== undefined && Date.now() - lastSign.mtimeMs > silentMs;
}

async function readOwner(folder: string): Promise<Owner | undefined> {
  try {
    const { host, pid } = await readJsonObject(join(folder, ownerFile), 4096);
    return typeof host === 'string' && typeof pid === 'number' && Number.isInteger(pid) && pid > 0
      ? { host, pid }
      : undefined;
  } catch {
    // Half written, or removed just now: the time of change decides.
    return undefined;
  }
}

/** The host's name; in a container also its process numbering, since containers may share a name and a disk. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorNumber(error) !== 'ESRCH';
  }
}
