import type { ConsumerConfig, JsonObject, JsonValue, StreamConfig } from '../model';
import { stringifyJson } from '../util/losslessJson';
import { consumerConfigOrder, streamConfigOrder, type Shape } from './fieldOrder';

/**
 * Servers from 2.11 on put these into the metadata of streams and consumers. Two of them change when the server is
 * updated, and a server computes all three anew when it stores a configuration.
 */
const serverMetadataKeys = ['_nats.req.level', '_nats.ver', '_nats.level'];

/**
 * A stream's configuration as the text of its file: the server's own fields in the order of its source, then unknown
 * ones sorted, two spaces, a final newline. Values stay as the server sent them; only its three `_nats.*` metadata
 * keys are left out, so that an unchanged stream gives the same bytes again.
 */
export function canonicalStreamConfig(config: StreamConfig): string {
  return canonicalText(config, streamConfigOrder);
}

/** A consumer's configuration as the text of its file, by the rules of {@link canonicalStreamConfig}. */
export function canonicalConsumerConfig(config: ConsumerConfig): string {
  return canonicalText(config, consumerConfigOrder);
}

/**
 * The configuration without the server's three metadata keys. Metadata that is empty then is left out altogether: a
 * server without these keys sends none, and one with them sends none back either.
 */
export function withoutServerMetadata<T extends JsonObject>(config: T): T {
  const { metadata, ...rest } = config;
  if (!isObject(metadata)) return config;
  const own = Object.entries(metadata).filter(([key]) => !serverMetadataKeys.includes(key));
  return (own.length === 0 ? rest : { ...config, metadata: Object.fromEntries(own) }) as T;
}

function canonicalText(config: JsonObject, order: Shape): string {
  return `${stringifyJson(inFieldOrder(withoutServerMetadata(config), order), 2)}\n`;
}

/** The value with its members in the given order, then unknown ones sorted. */
export function inFieldOrder(value: JsonValue, order: Shape): JsonValue {
  if (Array.isArray(value)) return value.map((element) => inFieldOrder(element, order));
  if (!isObject(value)) return value;
  const known = Object.keys(order).filter((key) => Object.hasOwn(value, key));
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(order, key));
  const entries = [...known, ...unknown.sort()].flatMap((key): [string, JsonValue][] => {
    const member = value[key];
    return member === undefined ? [] : [[key, inFieldOrder(member, order[key] ?? {})]];
  });
  return Object.fromEntries(entries);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
