import type { Integer } from '../model';
import { formatBytes } from '../util/formatBytes';
import { formatDuration } from '../util/formatDuration';
import { consumerFieldUnits, streamFieldUnits, type FieldUnit } from './fieldUnits';

/**
 * What an integer of a configuration means to a person: `24 h`, `1.0 GiB`, `unlimited`, `1,000,000 messages`.
 *
 * @param path names of members from the outermost on, without the positions in lists
 * @returns undefined where the number says it all by itself, or the field is no quantity
 */
export function describeField(
  kind: 'stream' | 'consumer',
  path: readonly string[],
  value: Integer,
): string | undefined {
  const table = kind === 'stream' ? streamFieldUnits : consumerFieldUnits;
  const key = path.join('.');
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (found === undefined) return undefined;
  const special = found.special[value.toString()];
  return special ?? quantity(BigInt(value), found.unit);
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
