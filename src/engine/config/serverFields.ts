import type { ConfigurationKind } from '../configurationResults';
import type { JsonObject, JsonValue, StreamConfig } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { isObject, sameValue } from './differences';
import type { Field } from './fieldTypes';
import { fieldsOf, memberFields } from './knownFields';

/** The newest server whose fields the table has. What a later one knows besides is not for us to say. */
const newestMinor = 15;

/**
 * A field, or a member of one, that a server of this version does not know: up to 2.11 it drops it in silence, from 2.12
 * on it refuses the whole request (10025).
 */
export interface UnknownField {
  /** Path of the field: `mirror.consumer`; the list's name alone for a member of a list's element. */
  field: string;
  value: JsonValue;
  /** The server 2.minor that first knew it, or the last that did; neither for a field of no server from 2.9 to 2.15. */
  since?: number;
  until?: number;
}

/** Whether a server of this version knows the field; a server later than the table may know any. */
export function isKnown(field: Field | undefined, version: string): boolean {
  if (field === undefined) return isAtLeast(version, newestMinor + 1);
  return isAtLeast(version, field.since) && (field.until === undefined || !isAtLeast(version, field.until));
}

/**
 * The configuration without the fields that the server does not know and that are at their default, and the others that
 * it does not know.
 */
export function splitUnknown<T extends JsonObject>(
  kind: ConfigurationKind,
  config: T,
  version: string,
): { config: T; unknown: UnknownField[] } {
  const unknown: UnknownField[] = [];
  const split = (object: JsonObject, fields: Readonly<Record<string, Field>>, path: string): JsonObject => {
    const kept: JsonObject = {};
    for (const [name, value] of Object.entries(object)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (isKnown(field, version)) kept[name] = splitMembers(name, value, path);
      else if (value !== undefined && !isUnset(name, value, field)) {
        kept[name] = value;
        const { since, until } = field ?? {};
        unknown.push({
          field: `${path}${name}`,
          value,
          ...(since === undefined || since === 0 ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        });
      }
    }
    return kept;
  };
  const splitMembers = (name: string, value: JsonValue | undefined, path: string): JsonValue | undefined => {
    const members = Object.hasOwn(memberFields, name) ? memberFields[name] : undefined;
    if (members === undefined) return value;
    if (isObject(value)) return split(value, members, `${path}${name}.`);
    // A list is compared whole, so that what is said of an element is said of the list.
    return Array.isArray(value)
      ? value.map((each) => (isObject(each) ? split(each, members, `${path}${name}.`) : each))
      : value;
  };
  return { config: split(config, fieldsOf(kind), '') as T, unknown };
}

/**
 * The configuration without what the server does not know: from 2.12 on it refuses such a request, older ones drop the
 * field in silence. Both are returned so that a person hears of it.
 */
export function knownToServer(config: StreamConfig, version: string): { config: StreamConfig; dropped: string[] } {
  const { config: kept, unknown } = splitUnknown('stream', config, version);
  return {
    config: without(
      kept,
      unknown.map(({ field }) => field),
    ),
    dropped: unknown.map(({ field }) => field),
  };
}

/** The object without the members at the paths; in a list every element is without them. */
export function without<T extends JsonObject>(config: T, paths: readonly string[]): T {
  const remove = (value: JsonValue | undefined, [first, ...rest]: string[]): JsonValue | undefined => {
    if (Array.isArray(value)) return value.map((each) => remove(each, [first ?? '', ...rest]) ?? null);
    if (!isObject(value) || first === undefined || !Object.hasOwn(value, first)) return value;
    const { [first]: member, ...others } = value;
    return rest.length === 0 ? others : { ...others, [first]: remove(member, rest) };
  };
  return paths.reduce<JsonObject>((kept, path) => remove(kept, path.split('.')) as JsonObject, config) as T;
}

/** A default is not worth a word, nor is the zero value of Go, which most servers send for it. */
function isUnset(name: string, value: JsonValue, field: Field | undefined): boolean {
  if (value === null || value === false || value === 0 || value === '' || isZeroTime(value)) return true;
  if (field !== undefined && sameValue(name, value, field.default)) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return false;
  const members = Object.values(value);
  return Object.hasOwn(memberFields, name) ? members.every((each) => each === 0 || each === '') : members.length === 0;
}

/** Go's zero time, which stands for no time. */
export function isZeroTime(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.startsWith('0001-01-01T00:00:00');
}
