import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { parseJson } from '../util/losslessJson';
import { damaged } from './failure';
import type { Hash64 } from './highwayHash';

/** A `meta.inf` and the `meta.sum` beside it, in whichever order they come; checked as soon as both are there. */
export class MetaFile {
  /** The JSON of `meta.inf`, not to be believed before {@link check} has passed. */
  json: JsonObject | undefined;
  private expectedSum: string | undefined;
  private sum: string | undefined;

  /**
   * @param path of the folder, for messages: empty or ending with a slash
   * @param keyOf gives the key of the hash for what `meta.inf` says
   */
  constructor(
    private readonly path: string,
    private readonly hash64: Hash64,
    private readonly keyOf: (json: JsonObject) => Uint8Array,
  ) {}

  /** @throws BackupError `archiveDamaged` */
  setMeta(bytes: Uint8Array): void {
    this.json = parseObject(bytes, 'it');
    this.expectedSum = Buffer.from(this.hash64(this.keyOf(this.json), bytes)).toString('hex');
    this.compare();
  }

  /** @throws BackupError `archiveDamaged` */
  setSum(bytes: Uint8Array): void {
    this.sum = Buffer.from(bytes).toString('latin1');
    this.compare();
  }

  /** The JSON of `meta.inf`, proved. @throws BackupError `archiveDamaged` where one of the two is missing */
  check(): JsonObject {
    if (this.json === undefined) throw damaged(`${this.path}meta.inf is missing`);
    if (this.sum === undefined) throw damaged(`${this.path}meta.sum is missing`);
    return this.json;
  }

  private compare(): void {
    if (this.sum === undefined || this.expectedSum === undefined || this.sum === this.expectedSum) return;
    throw damaged('meta.inf does not match the checksum in meta.sum');
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
