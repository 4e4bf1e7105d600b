import { randomBytes } from 'node:crypto';
import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../config/canonicalJson';
import { parseConfiguration } from '../config/parseConfiguration';
import { BackupError } from '../errors';
import type { ConsumerConfig, StreamConfig } from '../model';
import { withFileErrors } from './fileError';
import { configFolder } from './layout';
import { assignConsumerNames, assignStreamNames, consumerFileName, contextFolderName, streamFileName } from './names';
import { maxConfigurationBytes } from './readConfigurationFile';
import { flush, makePrivateFolder, writePrivateFile } from './privateFile';
import { ifExists, readSmallFile } from './readJson';

/** Where a context's configuration is kept in git: `<backupFolder>/<context>/config`. */
export function configurationFolderOf(backupFolder: string, context: string): string {
  return join(backupFolder, contextFolderName(context), configFolder);
}

/** One file of a configuration folder: its name and its text. */
export interface ConfigurationFile {
  name: string;
  text: string;
}

/** Names and texts of a stream's files: its own first, then its consumers'. Names depend on all streams of the account. */
export class ConfigurationFiles {
  private readonly names: Map<string, string>;

  /** @param streams names of every stream of the account, also of those that are not written */
  constructor(streams: Iterable<string>) {
    this.names = assignStreamNames(streams);
  }

  of(config: StreamConfig, consumers: readonly ConsumerConfig[]): ConfigurationFile[] {
    const part = this.names.get(config.name);
    if (part === undefined) throw new BackupError('internal', `Stream ${config.name} has no file name.`);
    const byName = new Map(consumers.map((consumer) => [consumer.durable_name ?? consumer.name ?? '', consumer]));
    const parts = assignConsumerNames(byName.keys());
    const files = [...byName].map(([name, consumer]) => ({
      name: consumerFileName(part, parts.get(name) ?? name),
      text: canonicalConsumerConfig(consumer),
    }));
    return [{ name: streamFileName(part), text: canonicalStreamConfig(config) }, ...files];
  }
}

/**
 * Brings one file of a configuration folder up to date. A file of that name that is no configuration, or that of another
 * stream or consumer, is somebody else's and stays.
 *
 * @param keep called with what the file held, before it is overwritten
 * @returns whether it was written; false if it is the same already
 * @throws BackupError `notABackup` if a file of somebody else has this name; `diskFull`, `fileAccess`
 */
export async function updateConfigurationFile(
  folder: string,
  { name, text }: ConfigurationFile,
  keep?: (name: string, text: string) => Promise<void>,
): Promise<boolean> {
  const path = join(folder, name);
  const present = await presentText(path);
  if (present === text) return false;
  if (present !== undefined) {
    assertOurs(path, present, text);
    await keep?.(name, present);
  }
  await makePrivateFolder(folder);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writePrivateFile(temporary, text);
    await flush(temporary, 'file');
    await withFileErrors('write the file', path, () => rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return true;
}

const next = 'Choose another folder, or move it away.';

async function presentText(path: string): Promise<string | undefined> {
  const found = await withFileErrors('read the file', path, () => ifExists(lstat(path)));
  if (found === undefined) return undefined;
  if (found.isFile() && found.size <= maxConfigurationBytes) {
    return (await readSmallFile(path, maxConfigurationBytes)).toString();
  }
  const what = found.isFile() ? 'larger than any configuration' : 'no regular file';
  throw new BackupError('notABackup', `${path} is ${what} and is not overwritten. ${next}`);
}

function assertOurs(path: string, present: string, text: string): void {
  const [theirs, ours] = [parseConfiguration(present, path), parseConfiguration(text, path)];
  const refused = (what: string) => new BackupError('notABackup', `${path} is ${what} and is not overwritten. ${next}`);
  if (theirs.form !== 'plain') throw refused('a backup of an older form');
  if (theirs.kind === ours.kind && theirs.name === ours.name) return;
  throw refused(`the configuration of ${theirs.kind} ${theirs.name}`);
}
