import type { Integer } from '../model';

const second = 1_000_000_000n;

/** From two days on hours are counted in days. */
const parts: [unit: string, length: bigint, from: bigint][] = [
  ['d', 86_400n * second, 172_800n * second],
  ['h', 3600n * second, 3600n * second],
  ['min', 60n * second, 60n * second],
];

const small: [unit: string, length: bigint][] = [
  ['s', second],
  ['ms', 1_000_000n],
  ['µs', 1000n],
  ['ns', 1n],
];

/** `24 h`, `7 d 12 h`, `1 min 30 s`, `1.5 ms`: exactly these nanoseconds. Negative ones get a minus sign. */
export function formatDuration(nanoseconds: Integer): string {
  const total = BigInt(nanoseconds);
  if (total < 0n) return `-${formatDuration(-total)}`;
  const words: string[] = [];
  let rest = total;
  for (const [unit, length, from] of parts) {
    if (rest < from) continue;
    words.push(`${rest / length} ${unit}`);
    rest %= length;
  }
  if (rest > 0n || words.length === 0) words.push(words.length === 0 ? belowMinute(rest) : decimal(rest, second, 's'));
  return words.join(' ');
}

function belowMinute(nanoseconds: bigint): string {
  for (const [unit, length] of small) if (nanoseconds >= length) return decimal(nanoseconds, length, unit);
  return '0 s';
}

function decimal(nanoseconds: bigint, length: bigint, unit: string): string {
  const digits = length.toString().length - 1;
  const fraction = (nanoseconds % length).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${nanoseconds / length}${fraction === '' || digits === 0 ? '' : `.${fraction}`} ${unit}`;
}
