import type { ConfigurationKind } from '../configurationResults';
import type { ConsumerConfig, JsonObject, JsonValue, StreamConfig } from '../model';
import { withoutServerMetadata } from './canonicalJson';
import { isObject } from './differences';
import type { Field } from './fieldTypes';
import { fieldsOf, memberFields } from './knownFields';
import { isZeroTime } from './serverFields';

/**
 * A configuration with every field that some server knows: what is left out has the value that a server takes it for,
 * and values that mean the same are the same. Two configurations that a server does the same for have one normal form,
 * whichever versions wrote them. What a server fills in from other fields ({@link storedStream}) is not done here.
 */
export function normalForm<T extends JsonObject>(kind: ConfigurationKind, config: T): T {
  const form = filled(withoutServerMetadata(config), fieldsOf(kind));
  if (kind === 'stream') normaliseStream(form);
  else normaliseConsumer(form);
  return form as T;
}

function normaliseStream(form: JsonObject): void {
  for (const limit of ['max_consumers', 'max_msgs', 'max_bytes', 'max_msgs_per_subject', 'max_msg_size']) {
    // 2.9 to 2.11 keep other negative limits as they are; to all they are none.
    if (isZero(form[limit]) || isNegative(form[limit])) form[limit] = -1;
  }
  if (isZero(form['num_replicas'])) form['num_replicas'] = 1;
  const { placement, republish } = form;
  if (isObject(placement) && isEmpty(placement)) form['placement'] = null;
  if (isObject(republish) && republish['src'] === '') form['republish'] = { ...republish, src: '>' };
}

function normaliseConsumer(form: JsonObject): void {
  if (isZero(form['max_deliver']) || isNegative(form['max_deliver'])) form['max_deliver'] = -1;
  if (isNegative(form['max_ack_pending'])) form['max_ack_pending'] = -1;
  if (isZeroTime(form['pause_until'])) form['pause_until'] = null;
  // A server from 2.9 leaves the name of a durable consumer out, a later one does not.
  if (form['name'] === '') form['name'] = form['durable_name'] ?? '';
}

/** Every known field, and the unknown ones as they are. */
function filled(config: JsonObject, fields: Readonly<Record<string, Field>>): JsonObject {
  const known = Object.entries(fields).map(([name, field]): [string, JsonValue] => [
    name,
    value(name, config[name] ?? field.default, field),
  ]);
  const unknown = Object.entries(config).filter(([name, each]) => !Object.hasOwn(fields, name) && each !== undefined);
  return Object.fromEntries([...known, ...unknown]);
}

function value(name: string, given: JsonValue, field: Field): JsonValue {
  if (field.type === 'time') return sameInstant(given);
  if (typeof field.type === 'object' && given === field.type.alias) return field.default;
  if (field.type === 'labels' && isObject(given)) return withoutNull(given);
  const members = Object.hasOwn(memberFields, name) ? memberFields[name] : undefined;
  if (members === undefined) return given;
  if (isObject(given)) return filled(given, members);
  return Array.isArray(given) ? given.map((each) => (isObject(each) ? filled(each, members) : each)) : given;
}

/** A time in UTC without needless digits of its fraction; servers keep the zone that they were given. */
function sameInstant(given: JsonValue): JsonValue {
  if (typeof given !== 'string') return given;
  const [, fraction = ''] = /\.(\d+)/.exec(given) ?? [];
  const milliseconds = Date.parse(given.replace(/\.\d+/, ''));
  if (Number.isNaN(milliseconds)) return given;
  const digits = fraction.replace(/0+$/, '');
  return new Date(milliseconds).toISOString().replace(/\.000Z$/, digits === '' ? 'Z' : `.${digits}Z`);
}

function withoutNull(labels: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, label ?? '']));
}

function isNegative(given: JsonValue | undefined): boolean {
  return (typeof given === 'number' && given < 0) || (typeof given === 'bigint' && given < 0n);
}

function isZero(given: JsonValue | undefined): boolean {
  return given === 0 || given === 0n;
}

function isEmpty(object: JsonObject): boolean {
  return Object.values(object).every((each) => each === '' || (Array.isArray(each) && each.length === 0));
}

/** An integer of a normal form; 0 for what is none. */
export function integer(config: JsonObject, field: string): bigint {
  const given = config[field];
  return typeof given === 'bigint' || (typeof given === 'number' && Number.isInteger(given)) ? BigInt(given) : 0n;
}

export function text(config: JsonObject, field: string): string {
  const given = config[field];
  return typeof given === 'string' ? given : '';
}

/** The texts of a list. */
export function texts(config: JsonObject, field: string): string[] {
  const given = config[field];
  return Array.isArray(given) ? given.filter((each) => typeof each === 'string') : [];
}

export function objects(config: JsonObject, field: string): JsonObject[] {
  const given = config[field];
  return Array.isArray(given) ? given.filter(isObject) : [];
}

export function object(config: JsonObject, field: string): JsonObject | undefined {
  const given = config[field];
  return isObject(given) ? given : undefined;
}

export type AnyConfig = StreamConfig | ConsumerConfig;
