import { join } from 'node:path';
import { BackupError } from '../errors';
import type { JsonObject, StreamConfig } from '../model';
import { parseJson, stringifyJson } from '../util/losslessJson';
import { fileError } from './fileError';
import { backupJsonName } from './layout';
import { sha256Of, writePrivateFileSync, type WrittenFile } from './privateFile';
import { isJsonObject, parseJsonObject, readSmallFile } from './readJson';

/** A state may list millions of deleted sequences; past this nothing is a backup.json any more. */
const maxBytes = 64 * 1024 * 1024;

/** What `backup.json` holds: the server's answer to the snapshot request. */
export interface BackupJson {
  config: StreamConfig;
  /** As the server wrote it; all zero times in a recording of `nats sub --backup`. */
  state: JsonObject;
}

/**
 * Writes `backup.json` into a stream's folder, flushed, on the calling thread. `answer` is the server's answer, as text
 * or parsed by `parseJson`; of its members `config` and `state` are kept, exactly as the server sent them.
 *
 * @throws BackupError `archiveDamaged` if the answer has no config or state; `diskFull`, `fileAccess`
 */
export function writeBackupJson(folder: string, answer: string | JsonObject | BackupJson): WrittenFile {
  const path = join(folder, backupJsonName);
  const { config, state } = checked(typeof answer === 'string' ? parseJson(answer) : answer, "the server's answer");
  try {
    return { name: backupJsonName, ...writePrivateFileSync(path, `${stringifyJson({ config, state }, 2)}\n`) };
  } catch (error) {
    throw fileError(error, 'write the file', path);
  }
}

/**
 * Reads the `backup.json` of a stream's folder, and the SHA-256 of its bytes.
 *
 * @throws BackupError `fileAccess`, `limitExceeded`, `archiveDamaged`
 */
export async function readBackupJson(folder: string): Promise<BackupJson & { sha256: string }> {
  const path = join(folder, backupJsonName);
  const bytes = await readSmallFile(path, maxBytes);
  return { ...checked(await parseJsonObject(bytes, path), path), sha256: sha256Of(bytes) };
}

function checked(value: unknown, what: string): BackupJson {
  const { config, state } = (value ?? {}) as { config?: JsonObject; state?: JsonObject };
  if (!isJsonObject(config) || !isJsonObject(state)) {
    throw new BackupError('archiveDamaged', `${what} lacks the configuration or the state of a stream.`);
  }
  if (typeof config['name'] !== 'string' || config['name'] === '') {
    throw new BackupError('archiveDamaged', `${what} does not name its stream.`);
  }
  return { config: config as StreamConfig, state };
}
