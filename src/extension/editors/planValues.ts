import { describeChange, type ConfigurationKind, type FieldChange, type PlainValue } from '../../engine';
import { countOf } from '../ui/format';

/** Characters of one value; two of them and a field's name fit on two lines of a narrow column. */
const longest = 60;
/** What stands before the first difference of two long values. */
const lead = 12;

/** What a column of half a small window holds; VS Code would break a longer line at the commas of a number. */
const narrow = 48;

/**
 * `max_age  0 → 86400000000000  (unlimited → 24 h)`, with the words on a line of their own where both are too long.
 *
 * @param name of the field, padded
 */
export function changeLines(name: string, kind: ConfigurationKind, change: FieldChange): string[] {
  const line = `      ${name}  ${shownValues(change)}`;
  const meaning = describeChange(kind, change);
  if (meaning === undefined) return [line];
  const long = `${line}  (${meaning})`;
  return long.length <= narrow ? [long] : [line, `          (${meaning})`];
}

/** A value on one line. */
export function shownValue(value: PlainValue): string {
  return cut(textOf(value), 0);
}

/** Of long lists what is added and removed, of other long values the part that differs. */
export function shownValues({ from, to }: Pick<FieldChange, 'from' | 'to'>): string {
  const [before, after] = [textOf(from), textOf(to)];
  if (before.length <= longest && after.length <= longest) return `${before} → ${after}`;
  if (Array.isArray(from) && Array.isArray(to)) return shownLists(from, to);
  const start = Math.max(0, commonStart(before, after) - lead);
  return `${cut(before, start)} → ${cut(after, start)}`;
}

function shownLists(from: PlainValue[], to: PlainValue[]): string {
  const [before, after] = [new Set(from.map(textOf)), new Set(to.map(textOf))];
  const added = [...after].filter((text) => !before.has(text));
  const removed = [...before].filter((text) => !after.has(text));
  const parts = [
    `${from.length.toLocaleString('en')} → ${countOf(to.length, 'value')}`,
    ...(removed.length === 0 ? [] : [`without ${shownList(removed)}`]),
    ...(added.length === 0 ? [] : [`with ${shownList(added)}`]),
    ...(added.length + removed.length === 0 ? ['in another order'] : []),
  ];
  return parts.join(', ');
}

function shownList(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => cut(text, 0));
  return texts.length > 3 ? `${shown.join(', ')} and ${texts.length - 3} more` : shown.join(', ');
}

function textOf(value: PlainValue): string {
  return value === null ? 'not set' : JSON.stringify(value);
}

function cut(text: string, start: number): string {
  const end = start + longest;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${text.length > end ? '…' : ''}`;
}

function commonStart(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}
