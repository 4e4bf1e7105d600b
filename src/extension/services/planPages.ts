import {
  commands,
  EventEmitter,
  languages,
  TabInputText,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type Event,
  type TabGroup,
} from 'vscode';
import { withUpdates, type ConfigurationPlan, type RestoreConfigurationResult } from '../../engine';
import { contextKeys, uriSchemes } from '../ids';
import { hasDiffs, openPlanDiffsBeside } from './planDiffs';

/** What a person decided on a plan. */
export type PlanDecision = 'apply' | 'applyCreations' | 'cancel';

/** A plan on its page: open to be decided on, then with what became of it. */
export interface PlanPage {
  readonly uri: Uri;
  plan: ConfigurationPlan;
  /** `decided`: to be applied, and not confirmed yet; nothing has been sent. */
  state: 'open' | 'decided' | 'applying' | 'applied' | 'cancelled';
  result?: RestoreConfigurationResult;
}

/** Pages kept for this window, so that a page that is opened again still shows its own. */
const pagesKept = 20;

/** The plans of this window. Nothing of a plan is sent before somebody decided so on its page. */
export class PlanPages implements Disposable {
  private readonly pages = new Map<string, PlanPage>();
  private readonly waiting = new Map<string, (decision: PlanDecision) => void>();
  private readonly emitter = new EventEmitter<Uri>();
  readonly onDidChange: Event<Uri> = this.emitter.event;
  private count = 0;
  /** A page that is closed without a decision is cancelled: nothing waits for what nobody sees. */
  private readonly closing = window.tabGroups.onDidChangeTabs(({ closed }) => {
    for (const { input } of closed) {
      const page =
        input instanceof TabInputText && input.uri.scheme === uriSchemes.plan ? this.find(input.uri) : undefined;
      if (page !== undefined && page.uri.toString() === (input as TabInputText).uri.toString())
        this.decide(page, 'cancel');
    }
  });

  /** The page of its own address, or of one of its documents. */
  find(uri: Uri | string): PlanPage | undefined {
    const { query } = typeof uri === 'string' ? Uri.parse(uri, true) : uri;
    return this.pages.get(query);
  }

  /** Shows a plan, and waits for what is decided on it. */
  async open(plan: ConfigurationPlan): Promise<{ page: PlanPage; decision: Promise<PlanDecision> }> {
    const path = `/Plan for ${plan.context}`;
    const uri = Uri.from({ scheme: uriSchemes.plan, path, query: String((this.count += 1)) });
    const page: PlanPage = { uri, plan, state: 'open' };
    this.keep(page);
    const decision = new Promise<PlanDecision>((resolve) => this.waiting.set(uri.query, resolve));
    await this.show(page);
    if (hasDiffs(page)) await openPlanDiffsBeside(page, () => this.show(page));
    return { page, decision };
  }

  async show(page: PlanPage): Promise<void> {
    const document = await workspace.openTextDocument(page.uri);
    await languages.setTextDocumentLanguage(document, 'jetstream-plan');
    await window.showTextDocument(document, { preview: false, viewColumn: columnOf(page.uri) });
  }

  /** Update-streams on, or off, on this page alone. */
  setUpdates(page: PlanPage, updateStreams: boolean): void {
    if (page.state !== 'open') return;
    page.plan = withUpdates(page.plan, updateStreams);
    this.emitter.fire(page.uri);
  }

  /** Says what a person decided; a page that was decided on before takes no second decision. */
  decide(page: PlanPage, decision: PlanDecision): void {
    if (page.state !== 'open') return;
    this.become(page, decision === 'cancel' ? 'cancelled' : 'decided');
    this.waiting.get(page.uri.query)?.(decision);
    this.waiting.delete(page.uri.query);
  }

  /** The page may be decided on again: nothing was sent. One that was closed meanwhile is cancelled. */
  reopen(page: PlanPage): Promise<PlanDecision> {
    this.become(page, 'open');
    const decision = new Promise<PlanDecision>((resolve) => this.waiting.set(page.uri.query, resolve));
    if (groupOf(page.uri) === undefined) this.decide(page, 'cancel');
    return decision;
  }

  /** Its plan is being sent. */
  begin(page: PlanPage): void {
    this.become(page, 'applying');
  }

  /** Shows on the page what became of its plan. */
  finish(page: PlanPage, result: RestoreConfigurationResult): void {
    page.result = result;
    this.become(page, 'applied');
  }

  dispose(): void {
    this.closing.dispose();
    for (const page of this.pages.values()) this.decide(page, 'cancel');
    this.emitter.dispose();
  }

  private become(page: PlanPage, state: PlanPage['state']): void {
    page.state = state;
    this.emitter.fire(page.uri);
    this.tellMenus();
  }

  /** Buttons in an editor's title are there only while they do something. */
  private tellMenus(): void {
    const open = [...this.pages.values()].filter((page) => page.state === 'open');
    const addresses = open.map(({ uri }) => uri.toString());
    void commands.executeCommand('setContext', contextKeys.openPlans, addresses);
  }

  private keep(page: PlanPage): void {
    this.pages.set(page.uri.query, page);
    this.tellMenus();
    const oldest = [...this.pages.values()].find(({ state }) => state === 'applied' || state === 'cancelled');
    if (this.pages.size > pagesKept && oldest !== undefined) this.pages.delete(oldest.uri.query);
  }
}

/** Where the page is open already, else the active group. */
function columnOf(uri: Uri): ViewColumn {
  return groupOf(uri)?.viewColumn ?? ViewColumn.Active;
}

function groupOf(uri: Uri): TabGroup | undefined {
  return window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri.toString()),
  );
}
