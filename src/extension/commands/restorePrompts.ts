import { window } from 'vscode';
import { formatBytes, inspectSource, type PlannedStream, type RestorePlan, type RestoreResult } from '../../engine';
import type { ResultPages } from '../services/resultPages';
import type { RestoreWish, Transfers } from '../services/transfers';
import type { Notifier } from '../ui/notify';
import type { CommandTarget } from '../ids';
import type { ContextPrompts } from './contextPrompts';
import type { ExistingStreams } from './existingStreams';

/** Lines of a plan that a dialog can hold; the rest is counted. */
const linesInDialog = 12;

/** What a person is asked before a restore, shows the plan, and tells the result. */
export class RestorePrompts {
  constructor(
    private readonly transfers: Transfers,
    private readonly contexts: ContextPrompts,
    private readonly existing: ExistingStreams,
    private readonly pages: ResultPages,
    private readonly notifier: Notifier,
  ) {}

  async restore(
    target: CommandTarget | undefined,
    targets: readonly CommandTarget[],
  ): Promise<RestoreResult | undefined> {
    const source = target?.source ?? (await this.chooseSource());
    if (source === undefined) return undefined;
    const marked = targets.flatMap((each) =>
      each.stream === undefined || each.source === undefined ? [] : [each.stream],
    );
    const streams = marked.length > 0 ? marked : await this.chooseStreams(source);
    if (streams === undefined) return undefined;
    const fromTree = target?.source === undefined ? target : undefined;
    const context = await this.contexts.contextToUse(fromTree, 'Restore into which context?');
    if (context === undefined) return undefined;

    const choice = await this.existing.choose(context, source, streams);
    if (choice === undefined) return undefined;
    const { missing, existing, update } = choice;
    const updateExisting = () => this.existing.update(context, source, existing);
    if (missing.length === 0 && update) return await updateExisting();
    const wish: RestoreWish = { context, source, streams, existing: 'skip', overrides: {}, cleanUp: [] };
    const plan = await this.transfers.planRestore(wish);
    const accepted = await this.accept(plan);
    if (!accepted) return undefined;
    const result = await this.transfers.restore(wish, plan);
    await this.tell(context, result);
    if (update) await updateExisting();
    return result;
  }

  private async chooseSource(): Promise<string | undefined> {
    const options = {
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Restore From',
      title: 'A backup set, or a folder of the nats command line',
    };
    return (await window.showOpenDialog(options))?.[0]?.fsPath;
  }

  /** All streams of the source; where there are several a person leaves out some. */
  private async chooseStreams(source: string): Promise<string[] | undefined> {
    const { streams } = await inspectSource(source);
    const names = streams.map((stream) => stream.name);
    if (names.length <= 1) return names;
    const items = streams.map(({ name, archiveBytes, problem }) => ({
      label: name,
      description: problem === undefined ? `archive of ${formatBytes(archiveBytes)}` : problem.message,
      picked: problem === undefined,
    }));
    const picked = await window.showQuickPick(items, { title: 'Restore which streams?', canPickMany: true });
    return picked === undefined || picked.length === 0 ? undefined : picked.map((item) => item.label);
  }

  /** Shows the plan; nothing has been sent yet. */
  private async accept(plan: RestorePlan): Promise<boolean> {
    const restorable = plan.streams.filter((stream) => stream.action === 'restore');
    const lines = plan.streams.map(describePlanned);
    const more = lines.length > linesInDialog ? [`… and ${lines.length - linesInDialog} more`] : [];
    const detail = [...lines.slice(0, linesInDialog), ...more].join('\n');
    if (restorable.length === 0) {
      await window.showWarningMessage(`Nothing can be restored into ${plan.context}.`, { modal: true, detail });
      return false;
    }
    const bytes = restorable.reduce((sum, stream) => sum + stream.expected.bytes, 0);
    const messages = restorable.reduce((sum, stream) => sum + stream.expected.messages, 0);
    const question =
      `Restore ${restorable.length === 1 ? restorable[0]?.name : `${restorable.length} streams`} into ${plan.context}? ` +
      `${messages.toLocaleString('en')} messages, ${formatBytes(bytes)}. The backup is verified.`;
    return (await window.showInformationMessage(question, { modal: true, detail }, 'Restore')) === 'Restore';
  }

  private async tell(context: string, result: RestoreResult): Promise<void> {
    const trouble = result.streams.filter((stream) => stream.error !== undefined || stream.differences.length > 0);
    const restored = result.streams.filter((stream) => stream.outcome === 'restored');
    const page = restored.length === 0 ? undefined : await this.pages.open(context, result);
    const show = page === undefined ? [] : [{ title: 'Show Result', run: () => this.pages.show(page) }];
    const summary = summarizeRestore(context, result);
    if (trouble.length === 0) this.notifier.info(summary, ...show, this.notifier.showLog());
    else this.notifier.warn(summary, ...show, this.notifier.showLog());
  }
}

/** One line of the plan: `✓ ORDERS: 500 messages, 143 KiB`, with what to know or why not. */
export function describePlanned({ name, action, expected, warnings, error }: PlannedStream): string {
  const figures = `${expected.messages.toLocaleString('en')} messages, ${formatBytes(expected.bytes)}`;
  switch (action) {
    case 'restore':
      return warnings.length === 0 ? `✓ ${name}: ${figures}` : `✓ ${name}: ${figures}. ${warnings.join(' ')}`;
    case 'update':
      return [`✓ ${name}: exists, its configuration is updated`, ...warnings].join('. ');
    case 'skip':
      return `– ${name}: exists, is left as it is`;
    case 'refused':
      return `✗ ${error?.message ?? name}`;
  }
}

/** What came back, and each stream that did not or that differs, by name and cause. */
export function summarizeRestore(context: string, { streams, seconds }: RestoreResult): string {
  const restored = streams.filter((stream) => stream.outcome === 'restored');
  const same = restored.filter((stream) => stream.differences.length === 0);
  const messages = restored.reduce((sum, stream) => sum + (stream.actual?.messages ?? 0), 0);
  const parts = [
    restored.length === 0
      ? `Nothing was restored into ${context}.`
      : `Restored ${restored.length === 1 ? restored[0]?.name : `${restored.length} streams`} into ${context}: ` +
        `${messages.toLocaleString('en')} messages in ${seconds.toFixed(1)} s.`,
    restored.length > 0 && same.length === restored.length ? 'Read back and equal to the backup.' : '',
    ...restored
      .filter((stream) => stream.differences.length > 0)
      .map(
        ({ name, differences }) =>
          `${name} differs from its backup: ${differences.map((each) => each.what).join(', ')}.`,
      ),
    ...streams.flatMap(({ error }) => (error === undefined ? [] : [error.message])),
    ...streams.flatMap(({ name, leftBehind }) =>
      leftBehind === 'nothing' ? [] : [`The server may hold a part of ${name}: delete it before you restore it again.`],
    ),
  ];
  return parts.filter((part) => part !== '').join(' ');
}
