import type { PlainValue } from '../configurationResults';
import type { JsonValue } from '../model';

/** A value in the form of results: integers beyond 2^53 are decimal strings, what is undefined is null. */
export function plainValue(value: JsonValue | undefined): PlainValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]));
}
