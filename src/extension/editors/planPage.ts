import { CodeLens, EventEmitter, languages, Range, workspace, type Disposable } from 'vscode';
import type { PlanAction } from '../../engine';
import { commandId, uriSchemes, type CommandTarget, type RowVerb } from '../ids';
import { Disposables } from '../services/disposables';
import { plannedText, hasDiffs } from '../services/planDiffs';
import type { PlanPage, PlanPages } from '../services/planPages';
import { planText, summaryLine } from './planText';

/** A plan's page, for the commands on it. A class, so that it is told from an options object. */
class PlanTarget implements CommandTarget {
  constructor(readonly plan: string) {}
}

/** Shows plans as read-only text, with what can be done with each in the first line. */
export function registerPlanPages(pages: PlanPages): Disposable {
  const owned = new Disposables();
  const changes = owned.add(new EventEmitter<void>());
  owned.add(pages.onDidChange(() => changes.fire()));
  owned.add(
    workspace.registerTextDocumentContentProvider(uriSchemes.plan, {
      onDidChange: pages.onDidChange,
      provideTextDocumentContent: (uri) => {
        const page = pages.find(uri);
        if (page === undefined) return 'This plan is of an earlier window and is gone.';
        return plannedText(page, uri) ?? planText(page, (path) => workspace.asRelativePath(path));
      },
    }),
  );
  owned.add(
    languages.registerCodeLensProvider(
      { scheme: uriSchemes.plan },
      {
        onDidChangeCodeLenses: changes.event,
        provideCodeLenses: ({ uri }) => (uri.fragment === '' ? lensesOf(pages.find(uri)) : []),
      },
    ),
  );
  return owned;
}

/**
 * What decides stands above the first line, what only changes the view above the summary: a narrow page cuts nothing.
 * Without icons, as VS Code swallows the space behind one.
 */
function lensesOf(page: PlanPage | undefined): CodeLens[] {
  if (page === undefined) return [];
  const target = new PlanTarget(page.uri.toString());
  const lens = (line: number, title: string, verb: RowVerb) =>
    new CodeLens(new Range(line, 0, line, 0), { title, command: commandId(verb), arguments: [target] });
  const differences = hasDiffs(page) ? [lens(summaryLine, 'Show Differences', 'showPlanDifferences')] : [];
  if (page.state === 'applied') {
    const created = page.result?.applied.some(({ action }) => action === 'create') === true;
    const undo = page.result?.saved === undefined ? [] : [lens(0, created ? 'Undo Updates' : 'Undo', 'undoPlan')];
    return [...undo, ...differences];
  }
  if (page.state !== 'open') return differences;
  const { updateStreams } = page.plan;
  const [creates, updates, differs] = (['create', 'update', 'differs'] as const).map((action) => count(page, action));
  const apply = (creates ?? 0) + (updates ?? 0);
  const updating = `Update Streams That Exist: ${updateStreams ? 'On (Switch Off)' : 'Off (Switch On)'}`;
  return [
    ...(apply > 0 ? [lens(0, `Apply (${apply})`, 'applyPlan')] : []),
    ...(creates && updates ? [lens(0, `Apply Creations Only (${creates})`, 'applyPlanCreations')] : []),
    lens(0, 'Cancel', 'cancelPlan'),
    ...(differs || updates ? [lens(summaryLine, updating, 'togglePlanUpdates')] : []),
    ...differences,
  ];
}

function count({ plan }: PlanPage, action: PlanAction): number {
  return plan.items.filter(({ change }) => change.action === action).length;
}
