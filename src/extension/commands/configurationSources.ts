import { stat } from 'node:fs/promises';
import { window, workspace } from 'vscode';
import type { BackupSets, ListedBackup } from '../services/backupSets';
import type { Configurations } from '../services/configurations';
import { pickOne, type Choice } from '../ui/ask';
import { countOf, describeTime } from '../ui/format';

/** Where configuration can be taken from: the folder kept in git, backup sets, and whatever a person points at. */
export class ConfigurationSources {
  constructor(
    private readonly configurations: Configurations,
    private readonly sets: BackupSets,
  ) {}

  /** Lets choose a source for a context; undefined where the person gave up. */
  async choose(context: string, question: string): Promise<string | undefined> {
    const kept = await this.keptFolder(context);
    const listed = await Promise.all(this.sets.folders().map(({ path }) => this.sets.list(path)));
    const choices = [...kept, ...listed.flat().flatMap((backup) => choiceOf(backup, context))];
    if (choices.length === 0) return await chooseAny(question);
    const other: Choice<string> = { label: 'Choose a Folder or File…', value: '' };
    const chosen = await pickOne('Configuration', question, [...choices, other]);
    return chosen === '' ? await chooseAny(question) : chosen;
  }

  /** The context's folder beside its dated sets, if there is one. */
  private async keptFolder(context: string): Promise<Choice<string>[]> {
    if (workspace.workspaceFolders === undefined) return [];
    const path = this.configurations.folderOf(context);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) return [];
    return [
      { label: `Configuration files of ${context}`, description: 'kept in the workspace', detail: path, value: path },
    ];
  }
}

/** A set, by its time; one of another context names that. */
function choiceOf(backup: ListedBackup, context: string): Choice<string>[] {
  if (backup.kind !== 'set') return [];
  const { outcomes, context: from } = backup.summary;
  const streams = countOf(outcomes.backedUp + outcomes.configurationOnly, 'stream');
  const description = from === context ? streams : `${from}, ${streams}`;
  return [{ label: `Backup of ${describeTime(backup.time)}`, description, detail: backup.path, value: backup.path }];
}

async function chooseAny(title: string): Promise<string | undefined> {
  const options = { title, openLabel: 'Compare', canSelectFiles: true, canSelectFolders: true };
  return (await window.showOpenDialog(options))?.[0]?.fsPath;
}
