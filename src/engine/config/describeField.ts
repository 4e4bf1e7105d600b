import type { FieldChange, PlainValue } from '../configurationResults';
import type { Integer } from '../model';
import { formatBytes } from '../util/formatBytes';
import { formatDuration } from '../util/formatDuration';
import { consumerFieldUnits, streamFieldUnits, type FieldMeaning, type FieldUnit } from './fieldUnits';

type Kind = 'stream' | 'consumer';

/**
 * What an integer of a configuration means to a person: `24 h`, `1.0 GiB`, `unlimited`, `1,000,000 messages`.
 *
 * @param path names of members from the outermost on, without the positions in lists
 * @returns undefined where the number says it all by itself, or the field is no quantity
 */
export function describeField(kind: Kind, path: readonly string[], value: Integer): string | undefined {
  const meaning = meaningOf(kind, path.join('.'));
  if (meaning === undefined) return undefined;
  const special = meaning.special[value.toString()];
  return special ?? quantity(BigInt(value), meaning.unit);
}

/**
 * What a change means to a person, beside its numbers: `unlimited → 24 h`, `1.0 GiB → 100 B`.
 *
 * @returns undefined where the numbers say it all, or the field is no quantity
 */
export function describeChange(kind: Kind, { field, from, to }: FieldChange): string | undefined {
  const meaning = meaningOf(kind, field);
  if (meaning === undefined) return undefined;
  const values = [from, to].map((value) => integersOf(value));
  const saysMore = values.some((integers) => integers.some((value) => describeField(kind, [field], value)));
  if (!saysMore) return undefined;
  return values.map((integers) => integers.map((value) => inWords(value, meaning)).join(', ') || 'not set').join(' → ');
}

function meaningOf(kind: Kind, key: string): FieldMeaning | undefined {
  const table = kind === 'stream' ? streamFieldUnits : consumerFieldUnits;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function quantity(value: bigint, unit: FieldUnit): string | undefined {
  const grouped = value.toLocaleString('en');
  switch (unit) {
    case 'nanoseconds':
      return formatDuration(value);
    case 'bytes':
      return value >= 1024n ? `${formatBytes(Number(value))} (${grouped} bytes)` : undefined;
    case 'bits per second':
      return `${grouped} bits a second, ${formatBytes(Number(value) / 8)} a second`;
    case 'sequence':
      return value > 999n ? `sequence ${grouped}` : undefined;
    default:
      return value > 999n ? `${grouped} ${unit}` : undefined;
  }
}

/** The same for every value, however small, and without the digits, which stand beside it. */
function inWords(value: bigint, { unit, special }: FieldMeaning): string {
  const said = special[value.toString()];
  if (said !== undefined) return said;
  const grouped = value.toLocaleString('en');
  switch (unit) {
    case 'nanoseconds':
      return formatDuration(value);
    case 'bytes':
      return formatBytes(Number(value));
    case 'bits per second':
      return `${formatBytes(Number(value) / 8)} a second`;
    case 'sequence':
      return `sequence ${grouped}`;
    default:
      return `${grouped} ${value === 1n ? unit.slice(0, -1) : unit}`;
  }
}

/** One, or those of a list; none where it is something else. */
function integersOf(value: PlainValue): bigint[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => {
    const digits = typeof each === 'number' || typeof each === 'string' ? String(each) : '';
    return /^-?\d+$/.test(digits) ? [BigInt(digits)] : [];
  });
}
