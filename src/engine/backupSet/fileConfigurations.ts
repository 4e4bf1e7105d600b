import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { addBackupJson } from './dataConfigurations';
import type { Gathered } from './gathered';
import { backupJsonName, configFolder, manifestName, nameOfLoneArchive } from './layout';
import { readMagic } from './magic';
import { nameConsumers } from './nameConsumers';
import { problemOf, readConfigurationFile } from './readConfigurationFile';
import { ifExists } from './readJson';

/** What a single file holds: a configuration, or an archive. */
export async function fileConfigurations(path: string): Promise<Gathered> {
  const gathered: Gathered = { found: [], problems: [], archives: [] };
  if (basename(path) === backupJsonName) {
    await addBackupJson(dirname(path), gathered);
    return gathered;
  }
  try {
    if ((await readMagic(path)) === undefined) return { ...gathered, ...(await ofText(path)) };
    const stream = nameOfLoneArchive(basename(path)) ?? basename(path);
    const { size: bytes } = await stat(path);
    return { ...gathered, archives: [{ path, bytes, stream, configurationKnown: false }] };
  } catch (error) {
    return { ...gathered, problems: [problemOf(path, error)] };
  }
}

/** The stream of a consumer is in the file beside it. */
async function ofText(path: string): Promise<Pick<Gathered, 'found' | 'problems'>> {
  const inside = await setAround(path);
  const stem = basename(path, '.json');
  const beside = [...stem.matchAll(/_(?=consumer_)/g)].map(({ index }) =>
    join(dirname(path), `${stem.slice(0, index)}.json`),
  );
  const there = await Promise.all(
    beside.map(async (file) => ((await ifExists(stat(file))) === undefined ? [] : [file])),
  );
  const [read, ...others] = await Promise.all(
    [path, ...there.flat()].map((file) => readConfigurationFile(file, inside)),
  );
  return nameConsumers(read === undefined ? [] : [read], others);
}

/** The set that a file is a configuration of; no link may lead out of it. */
async function setAround(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  if (basename(folder) !== configFolder) return undefined;
  const isSet = (await ifExists(stat(join(dirname(folder), manifestName)))) !== undefined;
  return isSet ? dirname(folder) : undefined;
}
