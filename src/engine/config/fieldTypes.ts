import type { JsonValue } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { isObject } from './differences';

/**
 * What a server's Go takes a field's JSON for. Words of a choice carry the minor version that first knew them, where that
 * is not the version that first knew the field.
 */
export type FieldType =
  | 'text'
  | 'texts'
  | 'flag'
  /** 64 bits with a sign. */
  | 'integer'
  /** 32 bits with a sign. */
  | 'shortInteger'
  /** 64 bits without a sign. */
  | 'count'
  /** Nanoseconds. */
  | 'duration'
  | 'durations'
  /** RFC 3339. */
  | 'time'
  /** An object whose members are texts. */
  | 'labels'
  | 'object'
  | 'objects'
  | { readonly choice: Readonly<Record<string, number>>; readonly alias?: string };

/** One field of a configuration. */
export interface Field {
  readonly type: FieldType;
  /** What the server takes a missing field for; its own defaults that depend on other fields are not among these. */
  readonly default: JsonValue;
  /** The server 2.minor that first knew it; 0 for every server that we support. */
  readonly since: number;
  /** The server 2.minor that no longer knows it. */
  readonly until?: number;
}

/**
 * A choice; each word is known since the field is, or since the server 2.minor that `since` says.
 *
 * @param alias another way to write the first word
 */
export function oneOf(words: string, since: Readonly<Record<string, number>> = {}, alias?: string): FieldType {
  const choice = Object.fromEntries(words.split(' ').map((word) => [word, since[word] ?? 0]));
  return { choice, ...(alias === undefined ? {} : { alias }) };
}

/** Why a server cannot read the value as this type (it answers 10025); undefined where it can. */
export function wrongType(type: FieldType, value: JsonValue | undefined, version: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof type === 'object') return value === type.alias ? undefined : wrongChoice(type.choice, value, version);
  const expected = isOfType[type](value) ? undefined : typeNames[type];
  return expected === undefined ? undefined : `The server cannot read this value: it must be ${expected}.`;
}

const typeNames: Record<Exclude<FieldType, object>, string> = {
  text: 'a text',
  texts: 'a list of texts',
  flag: 'true or false',
  integer: 'an integer of 64 bits',
  shortInteger: 'an integer of 32 bits',
  count: 'an integer of 64 bits that is not negative',
  duration: 'an integer of nanoseconds',
  durations: 'a list of integers of nanoseconds',
  time: 'a time as RFC 3339 has it, such as "2030-01-31T12:00:00Z"',
  labels: 'an object whose members are texts',
  object: 'an object',
  objects: 'a list of objects',
};

const isOfType: Record<Exclude<FieldType, object>, (value: JsonValue) => boolean> = {
  text: isText,
  texts: (value) => Array.isArray(value) && value.every(isText),
  flag: (value) => typeof value === 'boolean',
  integer: (value) => isBetween(value, -(2n ** 63n), 2n ** 63n - 1n),
  shortInteger: (value) => isBetween(value, -(2n ** 31n), 2n ** 31n - 1n),
  count: (value) => isBetween(value, 0n, 2n ** 64n - 1n),
  duration: (value) => isBetween(value, -(2n ** 63n), 2n ** 63n - 1n),
  durations: (value) => Array.isArray(value) && value.every((each) => isBetween(each, -(2n ** 63n), 2n ** 63n - 1n)),
  time: (value) => typeof value === 'string' && rfc3339.test(value) && !Number.isNaN(Date.parse(value)),
  // Null is an empty text to a server.
  labels: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string' || each === null),
  object: isObject,
  objects: (value) => Array.isArray(value) && value.every(isObject),
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isText(value: JsonValue): boolean {
  return typeof value === 'string';
}

function isBetween(value: JsonValue, least: bigint, most: bigint): boolean {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return false;
  return BigInt(value) >= least && BigInt(value) <= most;
}

function wrongChoice(choice: Readonly<Record<string, number>>, value: JsonValue, version: string): string | undefined {
  const known = Object.keys(choice).filter((word) => isAtLeast(version, choice[word] ?? 0));
  if (typeof value === 'string' && known.includes(value)) return undefined;
  const since = typeof value === 'string' && Object.hasOwn(choice, value) ? choice[value] : undefined;
  const words = known.map((word) => `"${word}"`).join(', ');
  if (since !== undefined) return `Only servers from 2.${since} on know this value. Use one of ${words}.`;
  return `The server does not know this value. Use one of ${words}.`;
}
