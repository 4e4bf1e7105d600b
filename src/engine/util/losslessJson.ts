import { parse, stringify } from 'lossless-json';
import type { JsonValue } from '../model';

/** Sixteen digits in a row where a number may begin. */
const longInteger = /(?:^|[[:,\s])-?\d{16}/;

/**
 * JSON in which an integer keeps its value: below 2^53 it is a number, beyond it a bigint, so that sequences, durations
 * and limits of a server come out as they went in. A number that is not an integer is a number.
 *
 * @throws SyntaxError with the position, as JSON.parse does
 */
export function parseJson(text: string): JsonValue {
  // The native parser is ten times as fast, and right where no integer can be beyond 2^53.
  if (!longInteger.test(text)) return JSON.parse(text) as JsonValue;
  return parse(text, undefined, (digits) => {
    const value = Number(digits);
    if (!/^-?\d+$/.test(digits) || Number.isSafeInteger(value)) return value;
    return BigInt(digits);
  }) as JsonValue;
}

/** Writes what {@link parseJson} reads; members that are undefined are left out. `indent` is in spaces. */
export function stringifyJson(value: JsonValue | object, indent = 0): string {
  return stringify(value, undefined, indent) ?? 'null';
}
