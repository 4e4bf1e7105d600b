import { BackupError, type ConfigurationPlan, type RestoreConfigurationResult } from '../../engine';
import type { CommandTarget } from '../ids';
import type { ApplyWish, Configurations, ConfigurationWish, StreamChangeWish } from '../services/configurations';
import type { PlanPage, PlanPages } from '../services/planPages';
import { countOf } from '../ui/format';
import type { Action, Notifier } from '../ui/notify';
import type { ConfigurationSources } from './configurationSources';
import type { ContextPrompts } from './contextPrompts';
import type { DeletionPrompts } from './deletionPrompts';

/** What a person is asked on the way from configuration files to a server, and told at the end. */
export class ConfigurationPrompts {
  constructor(
    private readonly configurations: Configurations,
    private readonly contexts: ContextPrompts,
    private readonly sources: ConfigurationSources,
    private readonly pages: PlanPages,
    private readonly deletions: DeletionPrompts,
    private readonly notifier: Notifier,
  ) {}

  async restore(
    target: CommandTarget | undefined,
    targets: readonly CommandTarget[],
  ): Promise<RestoreConfigurationResult | undefined> {
    const context = await this.contexts.contextToUse(target, 'Restore configuration to which context?');
    if (context === undefined) return undefined;
    const source = target?.source ?? (await this.sources.choose(context, `Restore which configuration to ${context}?`));
    if (source === undefined) return undefined;
    const streams = targets.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
    const chosen = streams.length === 0 ? {} : { streams: [...new Set(streams)] };
    return await this.review({ context, source, updateStreams: false, confirmed: [], ...chosen });
  }

  /** Makes the plan, shows it, waits for the decision, and carries it out. Undefined where nothing was sent. */
  async review(wish: ConfigurationWish): Promise<RestoreConfigurationResult | undefined> {
    return await this.decide(await this.configurations.plan(wish));
  }

  /** The same for a change of several streams. */
  async reviewChange(wish: StreamChangeWish): Promise<RestoreConfigurationResult | undefined> {
    return await this.decide(await this.configurations.planChange(wish));
  }

  /** Plans the way back from an applied plan; nothing is sent before that plan is decided on too. */
  async undo(page: PlanPage): Promise<void> {
    const saved = page.result?.saved;
    if (saved === undefined) throw new BackupError('internal', 'Nothing was saved before this plan.');
    await this.review({ context: page.plan.context, source: saved, updateStreams: true, confirmed: [] });
  }

  private async decide(plan: ConfigurationPlan): Promise<RestoreConfigurationResult | undefined> {
    const { context, source } = plan;
    if (plan.problems.length === 0 && plan.items.every(({ change }) => change.action === 'unchanged')) {
      const count = countOf(plan.items.length, 'configuration');
      if (plan.items.length > 0) this.notifier.info(`Nothing to apply: ${context} is as ${count} in ${source} say.`);
      else this.notifier.warn(`Nothing to apply: ${source} holds no configuration of what was asked for.`);
      return undefined;
    }
    const { page, decision } = await this.pages.open(plan);
    let decided = await decision;
    while (decided !== 'cancel') {
      const wanted = decided === 'applyCreations' ? { ...page.plan, ...creationsOf(page.plan) } : page.plan;
      const confirmed = await this.deletions.confirm(wanted);
      const result = confirmed && (await this.apply({ context, confirmed }, wanted, page));
      if (result !== undefined) return result;
      decided = await this.pages.reopen(page);
    }
    return undefined;
  }

  /** Undefined where it could not begin: nothing was sent, and the page waits for another decision. */
  private async apply(
    wish: ApplyWish,
    plan: ConfigurationPlan,
    page: PlanPage,
  ): Promise<RestoreConfigurationResult | undefined> {
    let result: RestoreConfigurationResult;
    this.pages.begin(page);
    try {
      result = await this.configurations.apply(wish, plan);
    } catch (error) {
      this.notifier.error('applying a plan', error);
      return undefined;
    }
    this.pages.finish(page, result);
    this.tell(wish.context, result, page);
    return result;
  }

  private tell(context: string, result: RestoreConfigurationResult, page: PlanPage): void {
    const actions: Action[] = [
      ...(result.saved === undefined ? [] : [{ title: undoTitle(result), run: () => this.undo(page) }]),
      { title: 'Show Plan', run: () => this.pages.show(page) },
      ...(result.failed.length === 0 ? [] : [this.notifier.showLog()]),
    ];
    const summary = summarizeApplied(context, result);
    const dropped = result.applied.some(({ differences }) => differences.length > 0);
    if (result.failed.length === 0 && !dropped) this.notifier.info(summary, ...actions);
    else this.notifier.warn(summary, ...actions);
  }
}

/** What was created stays: nothing is ever deleted. */
function undoTitle({ applied }: RestoreConfigurationResult): string {
  return applied.some(({ action }) => action === 'create') ? 'Undo Updates' : 'Undo';
}

/** Only what does not exist yet. */
function creationsOf(plan: ConfigurationPlan): Pick<ConfigurationPlan, 'items'> {
  return { items: plan.items.filter(({ change }) => change.action === 'create') };
}

/** What was created and updated, what the server stored otherwise, and each failure by its cause. */
export function summarizeApplied(context: string, { applied, failed }: RestoreConfigurationResult): string {
  const created = applied.filter(({ action }) => action === 'create').length;
  const updated = applied.length - created;
  const dropped = applied.filter(({ differences }) => differences.length > 0);
  const done = [created > 0 ? `${created} created` : '', updated > 0 ? `${updated} updated` : ''];
  const parts = [
    applied.length === 0
      ? `Nothing was changed on ${context}.`
      : `Configuration of ${context}: ${done.filter((part) => part !== '').join(', ')}.`,
    ...dropped.map(({ stream, consumer, differences }) => {
      const fields = differences.map(({ field }) => field).join(', ');
      return `The server stored ${fields} of ${consumer ?? stream} otherwise than it was sent.`;
    }),
    ...failed.slice(0, 3).map(({ error }) => error.message),
    failed.length > 3 ? `And ${countOf(failed.length - 3, 'more failure')}.` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
