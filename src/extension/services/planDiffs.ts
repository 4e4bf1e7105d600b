import { basename } from 'node:path';
import { commands, Uri, window } from 'vscode';
import {
  canonicalConsumerConfig,
  canonicalStreamConfig,
  configurationFileName,
  type PlannedConfiguration,
} from '../../engine';
import { uriSchemes } from '../ids';
import { openDiffs, type ConfigurationDiff } from './configurationDiffs';
import { liveUri } from './configurationUris';
import type { PlanPage } from './planPages';

/** What the server has now on the left, what the plan would make of it on the right: green is what Apply adds. */
export async function openPlanDiffs({ uri, plan }: PlanPage): Promise<void> {
  const changed = plan.items.filter(({ change }) => change.action !== 'unchanged' && change.error === undefined);
  const diffs = changed.map((item) => diffOf(item, uri, plan));
  const right = changed.some(({ source }) => source.form === 'change') ? 'change' : 'file';
  const title = diffs.length > 1 ? `Plan for ${plan.context}: live ↔ ${right}` : undefined;
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
  { context, items }: PlanPage['plan'],
): ConfigurationDiff {
  const of = { stream, ...(consumer === undefined ? {} : { consumer }) };
  const name = source.form === 'plain' ? basename(source.file) : configurationFileName(stream, consumer);
  const index = items.findIndex((item) => item.source === source);
  const right =
    source.form === 'plain'
      ? Uri.file(source.file)
      : page.with({ path: `/${source.form}/${name}`, fragment: String(index) });
  return { name, right, ...(live === undefined ? {} : { left: liveUri({ context, ...of, form: right }) }) };
}

/** The text of a document that {@link openPlanDiffs} made for a configuration that is no file of its own. */
export function plannedText(page: PlanPage, { scheme, fragment }: Uri): string | undefined {
  if (scheme !== uriSchemes.plan || fragment === '') return undefined;
  const source = page.plan.items[Number(fragment)]?.source;
  if (source === undefined) return '';
  return source.kind === 'stream' ? canonicalStreamConfig(source.config) : canonicalConsumerConfig(source.config);
}
