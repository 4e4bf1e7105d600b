import type { JsonObject } from '../model';
import { isObject } from './differences';

/**
 * A configuration with the fields of a change put in: an object's members are put in one by one, a list replaces a list,
 * null takes a field away (RFC 7396).
 */
export function mergeChange<T extends JsonObject>(config: T, change: JsonObject): T {
  const merged = new Map(Object.entries(config));
  for (const [field, value] of Object.entries(change)) {
    const present = merged.get(field);
    if (value === null) merged.delete(field);
    else if (isObject(value)) merged.set(field, mergeChange(isObject(present) ? present : {}, value));
    else merged.set(field, value);
  }
  return Object.fromEntries(merged) as T;
}
