import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { parseJson } from '../util/losslessJson';
import { damaged } from './failure';
import type { Hash64 } from './highwayHash';

/** A `meta.inf` and the `meta.sum` beside it, in whichever order they come. */
export class MetaFile {
  private meta: Uint8Array | undefined;
  private sum: Uint8Array | undefined;

  /** @param path of the folder, for messages: empty or ending with a slash */
  constructor(private readonly path: string) {}

  setMeta(bytes: Uint8Array): void {
    this.meta = bytes;
  }

  setSum(bytes: Uint8Array): void {
    this.sum = bytes;
  }

  /** @throws BackupError `archiveDamaged` where one is missing or they do not match */
  check(key: Uint8Array, hash64: Hash64): void {
    if (this.meta === undefined) throw damaged(`${this.path}meta.inf is missing`);
    if (this.sum === undefined) throw damaged(`${this.path}meta.sum is missing`);
    const sum = Buffer.from(hash64(key, this.meta)).toString('hex');
    if (sum !== Buffer.from(this.sum).toString('latin1')) {
      throw damaged(`${this.path}meta.inf does not match the checksum in meta.sum`);
    }
  }

  /** The JSON of `meta.inf`. @throws BackupError `archiveDamaged` */
  json(): JsonObject {
    return parseObject(this.meta ?? new Uint8Array(0), `${this.path}meta.inf`);
  }
}

/** @throws BackupError `archiveDamaged` where `bytes` are not a JSON object */
export function parseObject(bytes: Uint8Array, what: string): JsonObject {
  try {
    const value = parseJson(new TextDecoder().decode(bytes));
    if (isObject(value)) return value;
  } catch (error) {
    throw damaged(`${what} is not JSON: ${(error as Error).message}`, error);
  }
  throw damaged(`${what} is not a JSON object`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A stream's configuration and creation time from its `meta.inf`. @throws BackupError `archiveDamaged` */
export function streamFromMeta(meta: JsonObject): { config: StreamConfig; created: string | undefined } {
  const { Created: created, ...config } = meta;
  if (typeof config.name !== 'string' || config.name === '') throw damaged('meta.inf does not name a stream');
  return { config: config as StreamConfig, created: typeof created === 'string' ? created : undefined };
}

/** A consumer's configuration from its `meta.inf`, without what the store adds. */
export function consumerFromMeta(meta: JsonObject): ConsumerConfig {
  const config = { ...meta };
  delete config.Created;
  // The store's own name for the consumer; the configuration has `name` and `durable_name`.
  delete config.Name;
  return config;
}
