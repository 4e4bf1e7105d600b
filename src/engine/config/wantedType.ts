import type { ConfigurationKind } from '../configurationResults';
import type { JsonValue } from '../model';
import { isObject } from './differences';
import type { FieldType } from './fieldTypes';
import { fieldsOf } from './knownFields';

/** What JSON must be, whatever the server makes of the value itself. */
type JsonType = 'text' | 'number' | 'flag' | 'texts' | 'numbers' | 'object' | 'objects';

const names: Readonly<Record<JsonType, string>> = {
  text: 'a text in quotes',
  number: 'a whole number',
  flag: 'true or false',
  texts: 'a list of texts',
  numbers: 'a list of whole numbers',
  object: 'an object',
  objects: 'a list of objects',
};

/**
 * What a field must hold, to complete "must be", where `value` is of another type; else undefined. Values of the right
 * type that mean nothing are the server's to refuse.
 */
export function wantedType(kind: ConfigurationKind, field: string, value: JsonValue | undefined): string | undefined {
  const fields = fieldsOf(kind);
  const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
  // Go takes null for the zero value of any type.
  if (known === undefined || value === undefined || value === null) return undefined;
  const type = jsonType(known.type);
  return isOf(type, value) ? undefined : names[type];
}

function jsonType(type: FieldType): JsonType {
  if (typeof type === 'object') return 'text';
  switch (type) {
    case 'time':
      return 'text';
    case 'integer':
    case 'shortInteger':
    case 'count':
    case 'duration':
      return 'number';
    case 'durations':
      return 'numbers';
    case 'labels':
      return 'object';
    default:
      return type;
  }
}

function isOf(type: JsonType, value: JsonValue): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'object':
      return isObject(value);
    case 'texts':
      return Array.isArray(value) && value.every((each) => isOf('text', each));
    case 'numbers':
      return Array.isArray(value) && value.every((each) => isOf('number', each));
    case 'objects':
      return Array.isArray(value) && value.every((each) => isOf('object', each));
  }
}
