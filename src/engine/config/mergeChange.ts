import type { JsonObject } from '../model';
import { isObject } from './differences';

/**
 * A configuration with the fields of a change put in: an object's members are put in one by one, a list replaces a list,
 * null takes a field away (RFC 7396).
 */
export function mergeChange<T extends JsonObject>(config: T, change: JsonObject): T {
  const merged: JsonObject = { ...config };
  for (const [field, value] of Object.entries(change)) {
    if (value === null) delete merged[field];
    else if (isObject(value)) {
      const present = merged[field];
      merged[field] = mergeChange(isObject(present) ? present : {}, value);
    } else merged[field] = value;
  }
  return merged as T;
}
