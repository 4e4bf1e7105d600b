import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseConfiguration, type ParsedConfiguration } from '../config/parseConfiguration';
import { BackupError, toBackupError } from '../errors';
import { inParallel } from '../util/inParallel';
import type { ConfigurationProblem, ConfigurationSource, SourceConfiguration } from './configurationSource';
import { withFileErrors } from './fileError';
import { configFolder } from './layout';
import { lookInto } from './lookInto';
import { readSmallFile } from './readJson';

/** No configuration is as large; a larger file is something else. */
export const maxConfigurationBytes = 1024 * 1024;

const filesAtOnce = 16;

/**
 * Reads the configurations that a path holds: a set, a folder of `stream_*.json` files, or one such file. What is wrong
 * with a single file is in `problems`.
 *
 * @throws BackupError `notABackup` if there is no configuration at all; `fileAccess`
 */
export async function readConfigurations(source: string): Promise<ConfigurationSource> {
  const path = resolve(source);
  const found = await withFileErrors('read the configuration', path, () => stat(path));
  if (!found.isDirectory()) {
    const files = await readFiles(dirname(path), [basename(path)]);
    return { kind: 'file', path, ...files };
  }
  const look = await lookInto(path);
  const inSet = look.folders.includes(configFolder) && look.hasManifest;
  const folder = inSet ? join(path, configFolder) : path;
  const names = (inSet ? await lookInto(folder) : look).files.filter((file) => /^stream_.*\.json$/.test(file));
  const read = await readFiles(folder, names);
  if (read.configurations.length + read.problems.length === 0) {
    throw new BackupError('notABackup', `${path} holds no configuration of a stream: no stream_*.json file is in it.`);
  }
  return { kind: inSet ? 'set' : 'configurationFolder', path, ...read };
}

type Read = { file: string } & ({ parsed: ParsedConfiguration } | { error: BackupError });

async function readFiles(
  folder: string,
  names: string[],
): Promise<{ configurations: SourceConfiguration[]; problems: ConfigurationProblem[] }> {
  const all = await inParallel(names, filesAtOnce, async (name): Promise<Read> => {
    const file = join(folder, name);
    try {
      const text = (await readSmallFile(file, maxConfigurationBytes)).toString();
      return { file, parsed: parseConfiguration(text, file) };
    } catch (error) {
      return { file, error: toBackupError(error) };
    }
  });
  const configurations: SourceConfiguration[] = [];
  const problems: ConfigurationProblem[] = [];
  const streamOfPrefix = new Map<string, string>();
  for (const each of all) {
    if ('error' in each) problems.push(each);
    else if (each.parsed.kind === 'stream') {
      const { name, config } = each.parsed;
      streamOfPrefix.set(basename(each.file, '.json'), name);
      configurations.push({ kind: 'stream', stream: name, config, file: each.file, form: 'plain' });
    }
  }
  for (const each of all) {
    if ('error' in each || each.parsed.kind !== 'consumer') continue;
    const [prefix = ''] = basename(each.file, '.json').split(/_consumer_/);
    const stream = each.parsed.stream ?? streamOfPrefix.get(prefix);
    const { name: consumer, config } = each.parsed;
    if (stream !== undefined) {
      configurations.push({ kind: 'consumer', stream, consumer, config, file: each.file, form: 'plain' });
      continue;
    }
    const message = `${each.file} is consumer ${consumer} of a stream that is nowhere: ${prefix}.json is not beside it.`;
    problems.push({ file: each.file, error: new BackupError('notABackup', message) });
  }
  return { configurations, problems };
}
