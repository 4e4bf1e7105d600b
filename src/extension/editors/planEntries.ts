import type { AppliedChange, FieldChange, MessagesAtStake, PlainError, PlannedChange } from '../../engine';
import { countOf } from '../ui/format';
import { changeLines, shownValue } from './planValues';

/** What a plan does with one stream or consumer, or what became of it. */
export type PlanPart =
  'failed' | 'refused' | 'update' | 'updated' | 'create' | 'created' | 'notSent' | 'differs' | 'unchanged';

export interface PlanEntry {
  part: PlanPart;
  change: PlannedChange;
  /** Why it failed. */
  error?: PlainError;
  /** What the server stored otherwise than it was sent. */
  differences: AppliedChange['differences'];
}

/** As many entries that say the same are shown as one; of those that say nothing but their names more. */
const alikeFrom = { details: 3, names: 11 };
/** Of a line of names, so that a narrow column breaks none. */
const nameWidth = 44;

/** Entries one below the other; many that say the same are one. */
export function entryLines(entries: readonly PlanEntry[]): string[] {
  const alike = new Map<string, PlanEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.change.kind, detailLines(entry)]);
    alike.set(key, [...(alike.get(key) ?? []), entry]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    const details = first === undefined ? [] : detailLines(first);
    const enough = details.length === 0 ? alikeFrom.names : alikeFrom.details;
    return group.length < enough
      ? group.flatMap((entry) => [`  ${nameOf(entry.change)}`, ...details])
      : [`  ${groupTitle(group, details.length > 0)}`, ...details, ...nameLines(group)];
  });
}

function groupTitle(group: readonly PlanEntry[], saysMore: boolean): string {
  const count = countOf(group.length, group[0]?.change.kind ?? 'stream');
  return saysMore ? `The same in ${count}:` : `${count}:`;
}

/** Names of many, several on a line. */
function nameLines(group: readonly PlanEntry[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const { change } of group) {
    const name = shortName(change);
    if (line !== '' && line.length + name.length + 2 > nameWidth) {
      lines.push(`${line},`);
      line = '';
    }
    line = line === '' ? name : `${line}, ${name}`;
  }
  return [...lines, line].map((text) => `    ${text}`);
}

function detailLines({ part, change, error, differences }: PlanEntry): string[] {
  const { deletes, warnings, changes } = change;
  const why = error ?? change.error;
  return [
    ...(why === undefined ? [] : [`      ${why.message}`]),
    ...(deletes === undefined ? [] : [`      ⚠ ${deletion(part, deletes)}`]),
    ...warnings.map((text) => `      ⚠ ${text}`),
    ...differences.map(
      ({ field, sent, returned }) =>
        `      ! The server stored ${field} as ${shownValue(returned)}, not ${shownValue(sent)}.`,
    ),
    ...fieldLines(change.kind, changes),
  ];
}

function deletion(part: PlanPart, { messages, exact, reason }: MessagesAtStake): string {
  const verb = part === 'update' ? 'DELETES' : part === 'updated' ? 'Deleted' : 'Would delete';
  return `${verb} ${exact ? '' : 'about '}${countOf(messages, 'message')}: ${reason}`;
}

/** Columns, so that several fields of one stream can be compared at a glance. */
function fieldLines(kind: PlannedChange['kind'], changes: readonly FieldChange[]): string[] {
  const width = Math.min(24, Math.max(0, ...changes.map(({ field }) => field.length)));
  return changes.flatMap((change) => {
    const { field, verdict, reason } = change;
    const why = verdict === 'applies' ? reason : `${verdict}${reason === undefined ? '' : `: ${reason}`}`;
    const lines = changeLines(field.padEnd(width), kind, change);
    return why === undefined ? lines : [...lines, `          ${why}`];
  });
}

function nameOf(change: PlannedChange): string {
  return `${change.kind} ${shortName(change)}`;
}

function shortName({ stream, consumer }: PlannedChange): string {
  return consumer === undefined ? stream : `${consumer} of ${stream}`;
}
