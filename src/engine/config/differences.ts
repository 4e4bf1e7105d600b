import type { JsonObject, JsonValue } from '../model';
import { stringifyJson } from '../util/losslessJson';

/** A field that two configurations have otherwise. */
export interface FieldDifference {
  /** Path of the field: `max_age`, `placement.tags`. */
  field: string;
  from: JsonValue | undefined;
  to: JsonValue | undefined;
}

/** Lists whose order means nothing to a server. */
export const unordered: ReadonlySet<string> = new Set(['subjects', 'filter_subjects', 'tags']);

/**
 * The fields in which two configurations differ, as they are given: no defaults are filled in. Where both have an object
 * the members are compared one by one; lists are compared whole.
 */
export function differencesOf(from: JsonObject, to: JsonObject, above = ''): FieldDifference[] {
  const fields = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...fields].flatMap((name) => {
    const field = `${above}${name}`;
    const [a, b] = [from[name], to[name]];
    if (isObject(a) && isObject(b)) return differencesOf(a, b, `${field}.`);
    return sameValue(name, a, b) ? [] : [{ field, from: a, to: b }];
  });
}

/** Whether two values mean the same; a number and a bigint of the same value do. */
export function sameValue(name: string, a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    const [left, right] = unordered.has(name) ? [sorted(a), sorted(b)] : [a, b];
    return left.every((value, index) => sameValue('', value, right[index]));
  }
  if (isObject(a) && isObject(b)) return differencesOf(a, b).length === 0;
  if (isInteger(a) && isInteger(b)) return BigInt(a) === BigInt(b);
  return a === b;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInteger(value: JsonValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function sorted(values: JsonValue[]): JsonValue[] {
  return [...values].sort((a, b) => (stringifyJson(a) < stringifyJson(b) ? -1 : 1));
}
