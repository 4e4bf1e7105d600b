import type { JSONPath } from 'jsonc-parser';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { ConfigurationError } from './configurationError';
import { isObject } from './differences';
import { entityNameProblem } from './entityName';
import { isEnvelope, openEnvelope } from './envelope';
import { consumerConfigOrder, streamConfigOrder } from './fieldOrder';
import { parseJsonText } from './jsonText';
import { wantedType } from './wantedType';

/** What a configuration file holds, as its content says. */
export type ParsedConfiguration = {
  /**
   * `plain`: the file is the configuration itself. Else the configuration is inside an envelope of the old
   * `nats backup`, or in what `nats stream backup` writes beside an archive.
   */
  form: 'plain' | 'envelope' | 'backupJson';
  /** Where the name is in the file, from 1. */
  line?: number;
} & (
  | { kind: 'stream'; name: string; config: StreamConfig }
  /** Only the old envelope says which stream a consumer is of. */
  | { kind: 'consumer'; name: string; stream?: string; config: ConsumerConfig }
);

/**
 * Reads the text of a configuration file: a plain `StreamConfig` or `ConsumerConfig`, an old envelope, a `backup.json`.
 *
 * @param text without a byte order mark
 * @param file absolute path, for messages
 * @throws ConfigurationError with the line where it can be told: `notABackup`, `archiveDamaged`, `limitExceeded`,
 *   `notSupported`
 */
export function parseConfiguration(text: string, file: string): ParsedConfiguration {
  const json = parseJsonText(text, file);
  const { value, lineOf } = json;
  if (isEnvelope(value)) {
    const opened = openEnvelope(json, file);
    if (opened.kind === 'stream') return { ...checkedStream(opened.config, file), form: 'envelope' };
    assertName('stream', opened.stream, file);
    return { ...checkedConsumer(opened.config, file), stream: opened.stream, form: 'envelope' };
  }
  const { config, state } = value;
  if (isObject(config) && isObject(state)) {
    return { ...checkedStream(config, file, (path) => lineOf(['config', ...path])), form: 'backupJson' };
  }
  switch (kindOfConfig(value)) {
    case 'stream':
      return { ...checkedStream(value, file, lineOf), form: 'plain' };
    case 'consumer':
      return { ...checkedConsumer(value, file, lineOf), form: 'plain' };
    case undefined: {
      const what = 'holds no field of a stream or consumer; another tool wrote it. Move it away, or rename it.';
      throw new ConfigurationError('notABackup', file, what, 1);
    }
  }
}

/**
 * A stream's configuration that is not in a file of its own, checked like one.
 *
 * @throws ConfigurationError `notABackup`
 */
export function checkConfiguration(config: JsonObject, file: string): { name: string } {
  return checkedStream(config, file);
}

type LineOf = (path: JSONPath) => number | undefined;

/** Also what other JSON is likely to have. */
const commonFields = new Set(['name', 'description', 'metadata']);

/**
 * By the fields that only one of them has. An object with a name and nothing that tells is a stream, since a server
 * takes it for one, unless it has what neither of them knows.
 */
function kindOfConfig(config: JsonObject): 'stream' | 'consumer' | undefined {
  const fields = Object.keys(config);
  const known = (order: object) => fields.filter((field) => Object.hasOwn(order, field) && !commonFields.has(field));
  const [ofStream, ofConsumer] = [known(streamConfigOrder), known(consumerConfigOrder)];
  const onlyStream = ofStream.some((field) => !Object.hasOwn(consumerConfigOrder, field));
  const onlyConsumer = ofConsumer.some((field) => !Object.hasOwn(streamConfigOrder, field));
  if (onlyConsumer && !onlyStream) return 'consumer';
  if (ofStream.length > 0 || fields.every((field) => commonFields.has(field))) return 'stream';
  return undefined;
}

function checkedStream(config: JsonObject, file: string, lineOf: LineOf = noLine) {
  const { name } = config;
  const line = lineOf(['name']);
  if (typeof name !== 'string') {
    throw new ConfigurationError('notABackup', file, 'does not name its stream: give it a "name".', line ?? lineOf([]));
  }
  assertName('stream', name, file, line);
  checkTypes('stream', config, file, lineOf);
  return { kind: 'stream' as const, name, config: { ...config, name }, ...(line === undefined ? {} : { line }) };
}

function checkedConsumer(config: JsonObject, file: string, lineOf: LineOf = noLine) {
  const { durable_name: durable, name: own } = config;
  const isDurable = durable !== undefined && durable !== null && durable !== '';
  const name = isDurable ? durable : own;
  const line = lineOf([isDurable ? 'durable_name' : 'name']);
  if (typeof name !== 'string') {
    const what = 'does not name its consumer: give it a "durable_name".';
    throw new ConfigurationError('notABackup', file, what, line ?? lineOf([]));
  }
  assertName('consumer', name, file, line);
  if (own !== undefined && own !== null && own !== '' && own !== name) {
    const what = `has "name" ${JSON.stringify(own)} and "durable_name" ${JSON.stringify(name)}, which must be the same.`;
    throw new ConfigurationError('notABackup', file, what, lineOf(['name']));
  }
  checkTypes('consumer', config, file, lineOf);
  return { kind: 'consumer' as const, name, config, ...(line === undefined ? {} : { line }) };
}

function assertName(kind: 'stream' | 'consumer', name: string, file: string, line?: number): void {
  const problem = entityNameProblem(name);
  if (problem === undefined) return;
  const shown = name.length > 300 ? `${name.slice(0, 300)}…` : name;
  const what = `names the ${kind} ${JSON.stringify(shown)}, but no ${kind} can be called so: the name ${problem}. Correct it.`;
  throw new ConfigurationError('notABackup', file, what, line);
}

function checkTypes(kind: 'stream' | 'consumer', config: JsonObject, file: string, lineOf: LineOf): void {
  for (const [field, value] of Object.entries(config)) {
    const wanted = wantedType(kind, field, value);
    if (wanted === undefined) continue;
    const what = `has a ${JSON.stringify(field)} of the wrong type: it must be ${wanted}.`;
    throw new ConfigurationError('notABackup', file, what, lineOf([field]));
  }
}

function noLine(): undefined {
  return undefined;
}
