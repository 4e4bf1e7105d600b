import { basename } from 'node:path';
import { commands, Uri, window } from 'vscode';
import {
  canonicalStreamConfig,
  configurationFileName,
  type PlannedConfiguration,
  type StreamConfig,
} from '../../engine';
import { uriSchemes } from '../ids';
import { openDiffs, type ConfigurationDiff } from './configurationDiffs';
import { backupUri, liveUri } from './configurationUris';
import type { PlanPage } from './planPages';

/** Diffs that one editor shows; what is beyond them is in the plan's text. */
const mostDiffs = 100;

/** What the server has now on the left, what the plan would make of it on the right: green is what Apply adds. */
export async function openPlanDiffs({ uri, plan }: PlanPage): Promise<void> {
  const changed = plan.items.filter(({ change }) => change.action !== 'unchanged' && change.error === undefined);
  const diffs = changed.slice(0, mostDiffs).map((item) => diffOf(item, uri, plan));
  const more = changed.length > mostDiffs ? `, the first ${mostDiffs} of ${changed.length}` : '';
  const right = changed.some(({ source }) => source.form === 'change') ? 'change' : 'file';
  const title = diffs.length > 1 ? `Plan for ${plan.context}: live ↔ ${right}${more}` : undefined;
  await openDiffs(diffs, { left: `live in ${plan.context}`, right }, title);
}

/** The same beside the plan's page, which keeps the focus. */
export async function openPlanDiffsBeside(page: PlanPage, show: () => Promise<void>): Promise<void> {
  const { activeTabGroup, all } = window.tabGroups;
  const isBeside = all.some(({ viewColumn }) => viewColumn > activeTabGroup.viewColumn);
  await commands.executeCommand(isBeside ? 'workbench.action.focusRightGroup' : 'workbench.action.newGroupRight');
  await openPlanDiffs(page);
  await show();
}

/** Whether there is anything to show. */
export function hasDiffs({ plan }: PlanPage): boolean {
  return plan.items.some(({ change }) => change.action !== 'unchanged' && change.error === undefined);
}

function diffOf(
  { change: { stream, consumer }, live, source }: PlannedConfiguration,
  page: Uri,
  { context, source: path }: PlanPage['plan'],
): ConfigurationDiff {
  const of = { stream, ...(consumer === undefined ? {} : { consumer }) };
  const name = source.form === 'plain' ? basename(source.file) : configurationFileName(stream, consumer);
  const right = rightOf(source, page, name, () => backupUri({ source: path, ...of }, 'file'));
  return { name, right, ...(live === undefined ? {} : { left: liveUri({ context, ...of, form: right }) }) };
}

function rightOf(
  { form, file, stream }: PlannedConfiguration['source'],
  page: Uri,
  name: string,
  inBackup: () => Uri,
): Uri {
  switch (form) {
    case 'plain':
      return Uri.file(file);
    case 'change':
      return page.with({ path: `/change/${name}`, fragment: stream });
    default:
      return inBackup();
  }
}

/** The text of a document that {@link openPlanDiffs} made for a change that is in no file. */
export function changedText(page: PlanPage, { scheme, fragment }: Uri): string | undefined {
  if (scheme !== uriSchemes.plan || fragment === '') return undefined;
  const item = page.plan.items.find(({ change }) => change.stream === fragment && change.consumer === undefined);
  return item === undefined ? '' : canonicalStreamConfig(item.wanted as StreamConfig);
}
