import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { BackupError, messageOf } from '../errors';
import type { JsonObject, JsonValue } from '../model';
import { parseJsonInSlices } from '../util/jsonInSlices';
import { errorNumber, withFileErrors } from './fileError';

/**
 * A JSON file that holds an object, read whole.
 *
 * @throws BackupError `fileAccess`; `limitExceeded` above `maxBytes`; `archiveDamaged` if it is no JSON object
 */
export async function readJsonObject(path: string, maxBytes: number): Promise<JsonObject> {
  return await parseJsonObject(await readSmallFile(path, maxBytes), path);
}

/**
 * The bytes of a JSON file as an object; `path` is for messages. A long one holds up no other work of this thread.
 *
 * @throws BackupError `archiveDamaged`
 */
export async function parseJsonObject(bytes: Buffer, path: string): Promise<JsonObject> {
  const value = await parse(bytes, path);
  if (!isJsonObject(value)) throw new BackupError('archiveDamaged', `${path} is damaged: it holds no JSON object.`);
  return value;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `stat`, `readdir` and the like answer, or undefined where there is nothing of that name. */
export async function ifExists<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errorNumber(error) === 'ENOENT' || errorNumber(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What the system knows of a file, which must be a regular one. */
export async function regularFile(path: string): Promise<Stats> {
  const found = await stat(path);
  if (!found.isFile()) throw new BackupError('fileAccess', `${path} is not a regular file.`);
  return found;
}

/**
 * A file read whole.
 *
 * @throws BackupError `fileAccess`; `limitExceeded` above `maxBytes`
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
  return await withFileErrors('read the file', path, () => readWhole(path, maxBytes));
}

async function readWhole(path: string, maxBytes: number): Promise<Buffer> {
  // Opening a pipe that somebody gave this name would wait for ever.
  const { size } = await regularFile(path);
  if (size > maxBytes) {
    throw new BackupError('limitExceeded', `${path} is ${size} bytes long; such a file is at most ${maxBytes}.`);
  }
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(size);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < size; filled += read) {
      read = (await file.read(bytes, filled, size - filled, filled)).bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function parse(bytes: Buffer, path: string): Promise<JsonValue> {
  try {
    return await parseJsonInSlices(bytes);
  } catch (error) {
    const cause = bytes.length < 1024 && bytes.toString().trim() === '' ? 'it is empty' : messageOf(error);
    throw new BackupError('archiveDamaged', `${path} is damaged: ${cause}.`, { cause: error });
  }
}
