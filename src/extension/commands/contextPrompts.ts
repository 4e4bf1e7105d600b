import { window } from 'vscode';
import { BackupError, formatBytes, type StreamInfo } from '../../engine';
import type { CommandTarget } from '../ids';
import type { ContextConnection } from './contextConnection';

/** What prompts ask of the contexts. */
export interface ContextAccess {
  names(): Promise<string[]>;
  selected(): Promise<string | undefined>;
  listStreams(context: string): Promise<StreamInfo[]>;
}

/** Asks for what a selection in a tree does not already say. */
export class ContextPrompts {
  constructor(
    private readonly access: ContextAccess,
    private readonly connection: Pick<ContextConnection, 'allowPrograms'>,
  ) {}

  /** Like {@link context}, for one that will be connected to: asks also for the programs that this may run. */
  async contextToUse(target: CommandTarget | undefined, title: string): Promise<string | undefined> {
    const context = await this.context(target, title);
    if (context === undefined || !(await this.connection.allowPrograms(context))) return undefined;
    return context;
  }

  /** The context of the row that was clicked, else the one a person picks; the selected one stands first. */
  async context(target: CommandTarget | undefined, title: string): Promise<string | undefined> {
    if (target?.context !== undefined) return target.context;
    const [names, selected] = await Promise.all([this.access.names(), this.access.selected()]);
    if (names.length === 0) {
      throw new BackupError('contextNotFound', 'There is no context yet. Add one with "JetStream: Add Context…".');
    }
    if (names.length === 1) return names[0];
    const ordered = [...names].sort((a, b) => Number(b === selected) - Number(a === selected));
    const items = ordered.map((label) => ({ label, ...(label === selected ? { description: 'selected' } : {}) }));
    return (await window.showQuickPick(items, { title, placeHolder: 'Context' }))?.label;
  }

  /** All streams of a context. @throws BackupError why the server cannot be reached */
  async listStreams(context: string): Promise<StreamInfo[]> {
    return await this.access.listStreams(context);
  }

  /** One or more streams of a context; undefined if the person gave up or picked none. */
  async streams(context: string, title: string): Promise<string[] | undefined> {
    const items = this.access.listStreams(context).then((streams) => streams.map(toItem));
    const picked = await window.showQuickPick(items, {
      title,
      canPickMany: true,
      placeHolder: 'Streams',
      matchOnDescription: true,
    });
    return picked === undefined || picked.length === 0 ? undefined : picked.map((item) => item.label);
  }
}

function toItem({ config, state }: StreamInfo): { label: string; description: string } {
  const memory = config.storage === 'memory' ? ', in memory' : '';
  const description = `${state.messages.toLocaleString('en')} messages, ${formatBytes(state.bytes)}${memory}`;
  return { label: config.name, description };
}
