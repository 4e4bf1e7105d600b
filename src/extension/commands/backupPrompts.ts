import { commands, Uri, window, workspace } from 'vscode';
import { formatBytes, type BackupResult } from '../../engine';
import type { BackupWish, Transfers } from '../services/transfers';
import type { Notifier } from '../ui/notify';
import type { CommandTarget } from '../ids';
import type { ContextPrompts } from './contextPrompts';

/** What a person is asked before a backup, and told after it. */
export class BackupPrompts {
  constructor(
    private readonly transfers: Transfers,
    private readonly contexts: ContextPrompts,
    private readonly notifier: Notifier,
  ) {}

  context(target: CommandTarget | undefined): Promise<string | undefined> {
    return this.contexts.contextToUse(target, 'Back up from which context?');
  }

  streams(context: string): Promise<string[] | undefined> {
    return this.contexts.streams(context, `Back up which streams of ${context}?`);
  }

  async withData(context: string): Promise<boolean | undefined> {
    const data = {
      label: 'Configuration and data',
      detail: 'Every stream with its messages and consumers, verified on the way.',
    };
    const plain = { label: 'Configuration only', detail: 'One JSON file a stream and one a durable consumer.' };
    const picked = await window.showQuickPick([data, plain], { title: `Back up the account of ${context}` });
    return picked === undefined ? undefined : picked === data;
  }

  title({ context, streams, data }: Pick<BackupWish, 'context' | 'streams' | 'data'>): string {
    const what = data ? '' : 'the configuration of ';
    if (streams === undefined) return `Backing up ${what}account ${context}`;
    return `Backing up ${what}${streams.length === 1 ? streams[0] : `${streams.length} streams`} of ${context}`;
  }

  /** Runs a backup and says at its end what was kept, and each stream that failed with its cause. */
  async backUp(wish: Pick<BackupWish, 'context' | 'streams' | 'data'>): Promise<BackupResult | undefined> {
    const backupFolder = await this.chooseFolder();
    if (backupFolder === undefined) return undefined;
    const request = { ...wish, backupFolder, consumers: true, checkMessages: false, keepPartial: true };
    const result = await this.transfers.backup(request, this.title(wish));
    this.tell(result);
    return result;
  }

  /** The setting's folder; without a workspace, or with several roots, a person says which. */
  async chooseFolder(): Promise<string | undefined> {
    const roots = workspace.workspaceFolders ?? [];
    if (roots.length > 1) {
      const root = await window.showWorkspaceFolderPick({ placeHolder: 'Write the backup into which folder?' });
      return root === undefined ? undefined : this.transfers.backupFolder(undefined, root);
    }
    if (roots.length === 1) return this.transfers.backupFolder();
    const [chosen] =
      (await window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        openLabel: 'Write the backup here',
      })) ?? [];
    return chosen?.fsPath;
  }

  private tell(result: BackupResult): void {
    const { directory, streams } = result;
    const open = directory === undefined ? [] : [{ title: 'Open Folder', run: () => reveal(directory) }];
    const actions = [...open, this.notifier.showLog()];
    const summary = summarize(result);
    if (streams.every((stream) => stream.error === undefined && stream.missingConsumers.length === 0)) {
      this.notifier.info(summary, ...actions);
    } else {
      this.notifier.warn(summary, ...actions);
    }
  }
}

/** One sentence of what was kept, then each stream that is not whole by name and cause. */
export function summarize({ directory, streams, seconds }: BackupResult): string {
  const whole = streams.filter((stream) => stream.outcome === 'backedUp');
  const configured = streams.filter((stream) => stream.outcome === 'configurationOnly');
  const bytes = whole.reduce((sum, stream) => sum + stream.bytes, 0);
  const messages = whole.reduce((sum, stream) => sum + stream.messages, 0);
  const parts = [
    whole.length > 0
      ? `Backed up and verified ${count(whole.length)}: ${messages.toLocaleString('en')} messages, ${formatBytes(bytes)}, in ${seconds.toFixed(1)} s.`
      : '',
    configured.length > 0 ? `Saved the configuration of ${count(configured.length)}.` : '',
    directory === undefined ? 'Nothing was kept.' : '',
    ...streams.flatMap(({ name, error, outcome, missingConsumers }) => [
      error === undefined ? '' : outcome === 'cancelled' ? `${name} was cancelled.` : error.message,
      missingConsumers.length === 0
        ? ''
        : `${name} without its consumers ${missingConsumers.join(', ')}: they are in the manifest.`,
    ]),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function count(streams: number): string {
  return streams === 1 ? '1 stream' : `${streams} streams`;
}

async function reveal(directory: string): Promise<void> {
  await commands.executeCommand('revealInExplorer', Uri.file(directory));
}
