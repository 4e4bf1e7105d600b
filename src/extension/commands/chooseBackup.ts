import { basename } from 'node:path';
import { window } from 'vscode';
import type { BackupSets, ListedBackup } from '../services/backupSets';
import { pickOne, type Choice } from '../ui/ask';
import { nameOfConfigurationFolder } from '../ui/describe';
import { countOf, describeTime } from '../ui/format';

/** What a backup is chosen for: only its configuration, or the data. */
export type Wanted = 'configuration' | 'data';

/** Lets choose one of the backups that the view shows, or any folder; undefined where the person gave up. */
export async function chooseBackup(sets: BackupSets, question: string, of: Wanted): Promise<string | undefined> {
  const listed = await Promise.all(sets.folders().map(({ path }) => sets.list(path)));
  const choices = listed.flat().flatMap((backup) => choiceOf(backup, of));
  if (choices.length === 0) return await chooseFolder(question, 'Choose');
  const other: Choice<string> = { label: 'Choose a Folder…', value: '' };
  const chosen = await pickOne('JetStream Backups', question, [...choices, other]);
  return chosen === '' ? await chooseFolder(question, 'Choose') : chosen;
}

function choiceOf(backup: ListedBackup, of: Wanted): Choice<string>[] {
  switch (backup.kind) {
    case 'set': {
      const { context, outcomes } = backup.summary;
      const description = `${context}, ${countOf(outcomes.backedUp + outcomes.configurationOnly, 'stream')}`;
      return [{ label: describeTime(backup.time), description, detail: backup.path, value: backup.path }];
    }
    case 'accountFolder':
    case 'streamFolder':
    case 'flatFolder':
      return [{ label: basename(backup.path), description: 'nats CLI', detail: backup.path, value: backup.path }];
    case 'damaged':
      return [{ label: basename(backup.path), description: 'damaged', detail: backup.path, value: backup.path }];
    case 'configurationFolder': {
      const description = `configuration of ${countOf(backup.streams, 'stream')}`;
      return of === 'data'
        ? []
        : [{ label: nameOfConfigurationFolder(backup.path), description, detail: backup.path, value: backup.path }];
    }
    case 'undoFolder':
    case 'partial':
      return [];
  }
}

/** Lets choose a folder in the file dialog. */
export async function chooseFolder(title: string, button: string): Promise<string | undefined> {
  const options = { title, openLabel: button, canSelectFiles: false, canSelectFolders: true };
  return (await window.showOpenDialog(options))?.[0]?.fsPath;
}
