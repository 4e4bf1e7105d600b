import { workspace } from 'vscode';
import type { AppliedChange, FieldChange, PlanAction, PlannedChange, PlainValue } from '../../engine';
import type { PlanPage } from '../services/planPages';
import { countOf } from '../ui/format';

const actionTitles: Readonly<Record<PlanAction, string>> = {
  refused: 'Refused by the server: not sent',
  create: 'Create',
  update: 'Update',
  differs: 'Exists and differs: left as it is, because update-streams is off',
  unchanged: 'Unchanged',
};

/** In the order in which a reader wants to see them. */
const actions = ['refused', 'update', 'create', 'differs', 'unchanged'] as const;

/** The line of a page, from 0, that says what the plan would do, or did. */
export const summaryLine = 3;

/** The text of a plan's page. */
export function planText(page: PlanPage): string {
  const { plan } = page;
  const changes = plan.items.map((item) => item.change);
  return [
    `Plan for context ${plan.context}, nats-server ${plan.serverVersion}`,
    `From ${workspace.asRelativePath(plan.source)}`,
    '',
    stateLine(page, changes),
    '',
    ...(page.result === undefined ? [] : resultLines(page.result)),
    ...actions.flatMap((action) => section(action, changes)),
    ...problemLines(page),
  ].join('\n');
}

/** `2 to create, 1 to update, 5 unchanged` */
export function planSummary(changes: readonly PlannedChange[]): string {
  const words: Record<PlanAction, string> = {
    create: 'to create',
    update: 'to update',
    refused: 'refused',
    differs: 'different, left as they are',
    unchanged: 'unchanged',
  };
  const parts = (['create', 'update', 'differs', 'refused', 'unchanged'] as const).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${words[action]}`];
  });
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function stateLine({ state, result }: PlanPage, changes: PlannedChange[]): string {
  switch (state) {
    case 'open':
      return `${capital(planSummary(changes))}. Nothing has been sent.`;
    case 'applying':
      return `Applying: ${planSummary(changes)} …`;
    case 'cancelled':
      return `Cancelled. Nothing was sent.`;
    case 'applied':
      return `Applied ${countOf(result?.applied.length ?? 0, 'change')}, ${result?.failed.length ?? 0} failed.`;
  }
}

function resultLines({ applied, failed, saved }: NonNullable<PlanPage['result']>): string[] {
  return [
    ...applied.map((each) => `  ✓ ${each.action === 'create' ? 'created' : 'updated'} ${nameOf(each)}`),
    ...applied.flatMap(droppedLines),
    ...failed.map(({ error, ...each }) => `  ✗ ${nameOf(each)}: ${error.message}`),
    ...(saved === undefined
      ? []
      : ['', `The configuration as it was before is in ${workspace.asRelativePath(saved)}.`]),
    '',
  ];
}

function droppedLines(change: AppliedChange): string[] {
  return change.differences.map(
    ({ field, sent, returned }) =>
      `  ! ${nameOf(change)}: the server stored ${field} as ${shown(returned)}, not ${shown(sent)}`,
  );
}

function section(action: PlanAction, changes: PlannedChange[]): string[] {
  const own = changes.filter((change) => change.action === action);
  if (own.length === 0) return [];
  const lines = own.flatMap((change) => [`  ${nameOf(change)}`, ...details(change)]);
  return [`${actionTitles[action]} (${own.length})`, ...lines, ''];
}

function details(change: PlannedChange): string[] {
  const { deletes, warnings, error, changes } = change;
  const about = deletes?.exact === true ? '' : 'about ';
  return [
    ...(error === undefined ? [] : [`      ${error.message}`]),
    ...(deletes === undefined
      ? []
      : [`      ⚠ DELETES ${about}${countOf(deletes.messages, 'message')}: ${deletes.reason}`]),
    ...warnings.map((text) => `      ⚠ ${text}`),
    ...fieldLines(changes),
  ];
}

/** Columns, so that several fields of one stream can be compared at a glance. */
function fieldLines(changes: readonly FieldChange[]): string[] {
  const width = Math.min(36, Math.max(0, ...changes.map(({ field }) => field.length)));
  return changes.map(({ field, from, to, verdict, reason }) => {
    const what = `${field.padEnd(width)}  ${shown(from)} → ${shown(to)}`;
    const mark = verdict === 'applies' ? '' : `   ${verdict}`;
    return `      ${what}${mark}${reason === undefined ? '' : `: ${reason}`}`;
  });
}

function problemLines({ plan }: PlanPage): string[] {
  if (plan.problems.length === 0) return [];
  const lines = plan.problems.map(({ message, line }) => `  ${line === undefined ? '' : `line ${line}: `}${message}`);
  return [`Files that could not be used (${lines.length})`, ...lines, ''];
}

function nameOf({ stream, consumer }: { stream: string; consumer?: string }): string {
  return consumer === undefined ? `stream ${stream}` : `consumer ${consumer} of ${stream}`;
}

/** A value on one line; a list of a thousand subjects is cut. */
function shown(value: PlainValue): string {
  if (value === null) return 'not set';
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
