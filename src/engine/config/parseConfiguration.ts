import { BackupError, messageOf } from '../errors';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { parseJson } from '../util/losslessJson';
import { isObject } from './differences';
import { consumerConfigOrder, streamConfigOrder } from './fieldOrder';

/** What a configuration file holds, as its content says. */
export type ParsedConfiguration =
  | { kind: 'stream'; name: string; config: StreamConfig }
  /** Only the old envelope says which stream a consumer is of. */
  | { kind: 'consumer'; name: string; stream?: string; config: ConsumerConfig };

/**
 * Reads the text of a configuration file: plain `StreamConfig` or `ConsumerConfig`.
 *
 * @param file absolute path, for messages
 * @throws BackupError `notABackup`, naming the file and, where it can be told, the line
 */
export function parseConfiguration(text: string, file: string): ParsedConfiguration {
  let value;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new BackupError('notABackup', `${file} is not JSON: ${messageOf(cause)}.`, { cause });
  }
  if (!isObject(value)) throw new BackupError('notABackup', `${file} holds no JSON object.`);
  return kindOfConfig(value) === 'consumer' ? consumer(value, file) : stream(value, file);
}

/** A consumer has a field that only consumers have; everything else with a name is a stream. */
function kindOfConfig(config: JsonObject): 'stream' | 'consumer' {
  const only = (fields: object, others: object) =>
    Object.keys(config).some((field) => Object.hasOwn(fields, field) && !Object.hasOwn(others, field));
  return only(consumerConfigOrder, streamConfigOrder) && !only(streamConfigOrder, consumerConfigOrder)
    ? 'consumer'
    : 'stream';
}

function stream(config: JsonObject, file: string): ParsedConfiguration {
  const { name } = config;
  if (typeof name !== 'string' || name === '') throw new BackupError('notABackup', `${file} does not name its stream.`);
  return { kind: 'stream', name, config: { ...config, name } };
}

function consumer(config: ConsumerConfig, file: string): ParsedConfiguration {
  const name = config.durable_name ?? config.name;
  if (typeof name !== 'string' || name === '') {
    throw new BackupError('notABackup', `${file} does not name its consumer.`);
  }
  return { kind: 'consumer', name, config };
}
