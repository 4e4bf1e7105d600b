import type { PlannedChange, RestoreConfigurationResult } from '../../engine';
import type { PlanPage } from '../services/planPages';
import { countOf } from '../ui/format';
import { entryLines, type PlanEntry, type PlanPart } from './planEntries';

interface Words {
  /** Of a section. */
  title: string;
  /** Behind a number. */
  counted: string;
}

/** In the order in which a reader wants to see them. */
const words: Readonly<Record<PlanPart, Words>> = {
  failed: { title: 'Failed', counted: 'failed' },
  refused: { title: 'Refused by the server: not sent', counted: 'refused' },
  update: { title: 'Update', counted: 'to update' },
  updated: { title: 'Updated', counted: 'updated' },
  create: { title: 'Create', counted: 'to create' },
  created: { title: 'Created', counted: 'created' },
  notSent: { title: 'Not sent', counted: 'not sent' },
  differs: {
    title: 'Exists and differs: left as it is, because update-streams is off',
    counted: 'different, left as they are',
  },
  unchanged: { title: 'Unchanged', counted: 'unchanged' },
};

const parts = Object.keys(words) as PlanPart[];
/** In a sentence what is done comes before what is not. */
const inSentence: readonly PlanPart[] = [
  ...(['created', 'create', 'updated', 'update', 'failed', 'refused'] as const),
  ...(['notSent', 'differs', 'unchanged'] as const),
];

/** The line of a page, from 0, that says what the plan would do, or did. */
export const summaryLine = 3;

/** The text of a plan's page. @param relative makes a path of the disk short, as it is known in the workspace */
export function planText(page: PlanPage, relative: (path: string) => string): string {
  const { plan, result } = page;
  const entries = entriesOf(page);
  return [
    `Plan for context ${plan.context}, nats-server ${plan.serverVersion}`,
    `From ${relative(plan.source)}`,
    '',
    stateLine(page, entries),
    ...deletionLines(entries),
    ...(result?.saved === undefined ? [] : [`The configuration as it was before is in ${relative(result.saved)}.`]),
    '',
    ...problemLines(page, relative),
    ...parts.flatMap((part) => section(part, entries)),
  ].join('\n');
}

function entriesOf({ plan, result }: PlanPage): PlanEntry[] {
  const applied = new Map(result?.applied.map((each) => [keyOf(each), each]));
  const failed = new Map(result?.failed.map((each) => [keyOf(each), each]));
  return plan.items.map(({ change }): PlanEntry => {
    const done = applied.get(keyOf(change));
    const error = change.action === 'refused' ? undefined : failed.get(keyOf(change))?.error;
    const part = partOf(change, result, done !== undefined, error !== undefined);
    return { part, change, differences: done?.differences ?? [], ...(error === undefined ? {} : { error }) };
  });
}

function partOf(
  { action }: PlannedChange,
  result: RestoreConfigurationResult | undefined,
  done: boolean,
  failed: boolean,
): PlanPart {
  if (result === undefined || (action !== 'create' && action !== 'update')) return action;
  if (failed) return 'failed';
  if (!done) return 'notSent';
  return action === 'create' ? 'created' : 'updated';
}

function keyOf({ stream, consumer }: { stream: string; consumer?: string }): string {
  return JSON.stringify([stream, consumer]);
}

function stateLine({ state }: PlanPage, entries: readonly PlanEntry[]): string {
  switch (state) {
    case 'open':
      return `${capital(summary(entries))}. Nothing has been sent.`;
    case 'decided':
      return `${capital(summary(entries))}. Waiting for a confirmation; nothing has been sent.`;
    case 'applying':
      return `Applying: ${summary(entries)} …`;
    case 'cancelled':
      return `Cancelled. Nothing was sent.`;
    case 'applied':
      return `Applied: ${summary(entries)}.`;
  }
}

/** `2 to create, 1 to update, 5 unchanged` */
function summary(entries: readonly PlanEntry[]): string {
  const counts = inSentence.flatMap((part) => {
    const count = entries.filter((entry) => entry.part === part).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${words[part].counted}`];
  });
  return counts.length === 0 ? 'nothing' : counts.join(', ');
}

/** What cannot be undone, before everything else. */
function deletionLines(entries: readonly PlanEntry[]): string[] {
  const lost = entries.flatMap(({ part, change: { stream, deletes } }) =>
    part === 'update' && deletes !== undefined ? [{ stream, ...deletes }] : [],
  );
  if (lost.length === 0) return [];
  const first = lost.slice(0, 5).map(({ stream, messages, exact }) => {
    return `${exact ? '' : 'about '}${countOf(messages, 'message')} of ${stream}`;
  });
  const more = lost.length > 5 ? [`and of ${countOf(lost.length - 5, 'more stream')}`] : [];
  return [`⚠ DELETES ${[...first, ...more].join(', ')}.`];
}

function section(part: PlanPart, entries: readonly PlanEntry[]): string[] {
  const own = entries.filter((entry) => entry.part === part);
  if (own.length === 0) return [];
  // What deletes messages is not looked for among three hundred others.
  const sorted = [...own].sort((a, b) => Number(isDeleting(b)) - Number(isDeleting(a)));
  return [`${words[part].title} (${own.length.toLocaleString('en')})`, ...entryLines(sorted), ''];
}

function isDeleting({ change }: PlanEntry): boolean {
  return change.deletes !== undefined;
}

function problemLines({ plan }: PlanPage, relative: (path: string) => string): string[] {
  if (plan.problems.length === 0) return [];
  const lines = plan.problems.map(({ file, message, line }) => {
    const place = message.includes(file) ? '' : relative(file);
    const where = [place, line === undefined ? '' : `line ${line}`].filter((each) => each !== '').join(', ');
    return `  ${where === '' ? '' : `${where}: `}${message}`;
  });
  return [`Files that could not be used (${lines.length})`, ...lines, ''];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
