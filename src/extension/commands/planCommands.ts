import { BackupError } from '../../engine';
import type { CommandTarget } from '../ids';
import { openPlanDiffs } from '../services/planDiffs';
import type { PlanPage, PlanPages } from '../services/planPages';
import type { RowCommand } from './command';
import type { ConfigurationPrompts } from './configurationPrompts';

type PlanVerb =
  'applyPlan' | 'applyPlanCreations' | 'cancelPlan' | 'showPlanDifferences' | 'togglePlanUpdates' | 'undoPlan';

/** What is done on the page of a plan. */
export function planCommands(pages: PlanPages, prompts: ConfigurationPrompts): Readonly<Record<PlanVerb, RowCommand>> {
  const onPage =
    (act: (page: PlanPage) => unknown): RowCommand =>
    async (target) => {
      await act(pageOf(pages, target));
    };
  return {
    applyPlan: onPage((page) => pages.decide(page, 'apply')),
    applyPlanCreations: onPage((page) => pages.decide(page, 'applyCreations')),
    cancelPlan: onPage((page) => pages.decide(page, 'cancel')),
    showPlanDifferences: onPage((page) => openPlanDiffs(page)),
    togglePlanUpdates: onPage((page) => pages.setUpdates(page, !page.plan.updateStreams)),
    undoPlan: onPage((page) => prompts.undo(page)),
  };
}

function pageOf(pages: PlanPages, { plan }: CommandTarget): PlanPage {
  const page = plan === undefined ? undefined : pages.find(plan);
  if (page === undefined) throw new BackupError('internal', 'This plan is of an earlier window. Make it again.');
  return page;
}
