import { CodeLens, EventEmitter, languages, Range, workspace, type Disposable } from 'vscode';
import type { PlanAction } from '../../engine';
import { commandId, uriSchemes, type CommandTarget, type RowVerb } from '../ids';
import { Disposables } from '../services/disposables';
import type { PlanPage, PlanPages } from '../services/planPages';
import { planText } from './planText';

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
        return page === undefined ? 'This plan is of an earlier window and is gone.' : planText(page);
      },
    }),
  );
  owned.add(
    languages.registerCodeLensProvider(
      { scheme: uriSchemes.plan },
      {
        onDidChangeCodeLenses: changes.event,
        provideCodeLenses: (document) => lensesOf(pages.find(document.uri)),
      },
    ),
  );
  return owned;
}

function lensesOf(page: PlanPage | undefined): CodeLens[] {
  if (page === undefined) return [];
  const target = new PlanTarget(page.uri.toString());
  const lens = (title: string, verb: RowVerb) =>
    new CodeLens(new Range(0, 0, 0, 0), { title, command: commandId(verb), arguments: [target] });
  if (page.state === 'applied') {
    const undo = page.result?.saved === undefined ? [] : [lens('$(discard) Undo', 'undoPlan')];
    return undo;
  }
  if (page.state !== 'open') return [];
  const { updateStreams } = page.plan;
  const [creates, updates, differs] = (['create', 'update', 'differs'] as const).map((action) => count(page, action));
  const apply = (creates ?? 0) + (updates ?? 0);
  return [
    ...(apply > 0 ? [lens(`$(check) Apply (${apply})`, 'applyPlan')] : []),
    ...(creates && updates ? [lens(`Apply Creations Only (${creates})`, 'applyPlanCreations')] : []),
    ...(differs || updates
      ? [lens(`$(${updateStreams ? 'check' : 'circle-large-outline'}) Update Streams That Exist`, 'togglePlanUpdates')]
      : []),
    lens('$(close) Cancel', 'cancelPlan'),
  ];
}

function count({ plan }: PlanPage, action: PlanAction): number {
  return plan.items.filter(({ change }) => change.action === action).length;
}
