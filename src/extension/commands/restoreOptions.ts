import { isAbsolute, join } from 'node:path';
import { workspace } from 'vscode';
import { BackupError, type JsonObject, type RestoreOverrides } from '../../engine';
import type { RestoreWish } from '../services/transfers';
import {
  invalidOption,
  optionalInteger,
  optionalText,
  optionalTexts,
  rawOptions,
  refuseOthers,
  requiredText,
  type RawOptions,
} from './readOptions';

const known = ['context', 'source', 'streams', 'existing', 'replicas', 'cluster', 'tags', 'config', 'confirm'];
const notBuilt = ['renameTo'];

/** Reads the options of `jetstream.restoreStream`. */
export function readRestoreOptions(options: object): RestoreWish {
  refuseOthers(options, known, notBuilt);
  const raw = rawOptions(options);
  const streams = optionalTexts(raw, 'streams');
  return {
    context: requiredText(raw, 'context'),
    source: absolutePath(requiredText(raw, 'source')),
    existing: readExisting(raw),
    overrides: readOverrides(raw),
    cleanUp: optionalTexts(raw, 'confirm') ?? [],
    ...(streams === undefined ? {} : { streams }),
  };
}

/** Relative paths are of the first workspace folder. */
export function absolutePath(path: string, option = 'source'): string {
  if (isAbsolute(path)) return path;
  const root = workspace.workspaceFolders?.[0];
  if (root !== undefined) return join(root.uri.fsPath, path);
  throw invalidOption(option, `is "${path}", which is nowhere while no folder is open: give the whole path`);
}

function readExisting(raw: RawOptions): RestoreWish['existing'] {
  const value = optionalText(raw, 'existing') ?? 'fail';
  if (value === 'fail' || value === 'skip' || value === 'update') return value;
  if (value === 'replace') {
    const text = '"existing: replace" does not work yet. Use "fail", "skip" or "update".';
    throw new BackupError('notSupported', text, { option: 'existing' });
  }
  throw invalidOption('existing', 'must be "fail", "skip" or "update"');
}

function readOverrides(raw: RawOptions): RestoreOverrides {
  const replicas = optionalInteger(raw, 'replicas', { min: 1, max: 5 });
  const cluster = optionalText(raw, 'cluster');
  const tags = optionalTexts(raw, 'tags');
  const config = readConfig(raw['config']);
  return {
    ...(replicas === undefined ? {} : { replicas }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(tags === undefined ? {} : { tags }),
    ...(config === undefined ? {} : { config }),
  };
}

/** Fields of a stream's configuration that replace the backup's. A restore under another name is another option. */
function readConfig(value: unknown): JsonObject | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption('config', 'must be an object with fields of a stream configuration');
  }
  if ('name' in value) throw invalidOption('config', 'must not name the stream');
  return value as JsonObject;
}
