import { join } from 'node:path';
import { commands, extensions, Uri, window } from 'vscode';
import type { BackupConfigurationResult } from '../../engine';
import type { CommandTarget } from '../ids';
import type { Configurations } from '../services/configurations';
import { confirm } from '../ui/ask';
import { countOf } from '../ui/format';
import type { Action, Notifier } from '../ui/notify';
import type { BackupPrompts } from './backupPrompts';

/** Editors that one click opens; more would bury what was open. */
const mostEditors = 20;

/** What a person is asked before a backup of configuration, and told after it. */
export class ConfigurationBackupPrompts {
  constructor(
    private readonly configurations: Configurations,
    private readonly backups: BackupPrompts,
    private readonly notifier: Notifier,
  ) {}

  async backUp(
    target: CommandTarget | undefined,
    targets: readonly CommandTarget[],
  ): Promise<BackupConfigurationResult | undefined> {
    const context = await this.backups.context(target);
    if (context === undefined) return undefined;
    const backupFolder = await this.backups.chooseFolder();
    if (backupFolder === undefined) return undefined;
    const named = targets.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
    const wish = {
      context,
      directory: this.configurations.folderOf(context, backupFolder),
      removeGone: false,
      ...(named.length === 0 ? {} : { streams: [...new Set(named)] }),
    };
    const result = await this.configurations.backUp(wish);
    this.tell(context, result, () => this.removeGone(wish, result.gone));
    return result;
  }

  private async removeGone(
    wish: Parameters<Configurations['backUp']>[0],
    gone: readonly string[],
  ): Promise<BackupConfigurationResult | undefined> {
    const question = `Remove ${countOf(gone.length, 'file')} of what is gone from ${wish.context}?`;
    if (!(await confirm(question, `${gone.join('\n')}\n\nin ${wish.directory}`, 'Remove'))) return undefined;
    const result = await this.configurations.backUp({ ...wish, removeGone: true });
    this.tell(wish.context, result);
    return result;
  }

  private tell(context: string, result: BackupConfigurationResult, removeGone?: () => unknown): void {
    const { directory, written, gone, failed } = result;
    const actions: Action[] = [
      ...(written.length === 0 ? [] : [{ title: 'Open Changed Files', run: () => openFiles(directory, written) }]),
      ...(isInGit() && written.length + result.removed.length > 0
        ? [{ title: 'Show Source Control', run: () => commands.executeCommand('workbench.view.scm') }]
        : []),
      ...(gone.length === 0 || removeGone === undefined ? [] : [{ title: 'Remove Gone…', run: removeGone }]),
      ...(failed.length === 0 ? [] : [this.notifier.showLog()]),
    ];
    const summary = summarizeConfigurationBackup(context, result);
    if (failed.length === 0) this.notifier.info(summary, ...actions);
    else this.notifier.warn(summary, ...actions);
  }
}

/** What was written, what is gone, and each failure by its cause. */
export function summarizeConfigurationBackup(context: string, result: BackupConfigurationResult): string {
  const { written, unchanged, removed, gone, failed } = result;
  const parts = [
    written.length === 0
      ? `The configuration of ${context} is as in its ${countOf(unchanged.length, 'file')}.`
      : `Configuration of ${context}: ${countOf(written.length, 'file')} written, ${unchanged.length.toLocaleString('en')} unchanged.`,
    removed.length === 0 ? '' : `Removed ${countOf(removed.length, 'file')} of what is gone.`,
    gone.length === 0 ? '' : `${countOf(gone.length, 'file')} of what is gone from the server: ${shortList(gone)}.`,
    ...failed.slice(0, 3).map(({ error }) => error.message),
    failed.length > 3 ? `And ${countOf(failed.length - 3, 'more failure')}.` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function shortList(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

async function openFiles(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names.slice(0, mostEditors)) {
    await window.showTextDocument(Uri.file(join(directory, name)), { preview: false });
  }
}

/** Whether VS Code's own git support has a repository open. */
function isInGit(): boolean {
  const git = extensions.getExtension<{ getAPI(version: 1): { repositories: unknown[] } }>('vscode.git');
  return git?.isActive === true && git.exports.getAPI(1).repositories.length > 0;
}
