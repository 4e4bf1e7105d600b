import { commands, env, Uri } from 'vscode';
import { BackupError, filesOfStream, removeAbandoned } from '../../engine';
import type { CommandTarget } from '../ids';
import type { BackupSets } from '../services/backupSets';
import { confirm } from '../ui/ask';
import type { RowCommand } from './command';

type BackupRowVerb =
  | 'closeBackupFolder'
  | 'copyBackupPath'
  | 'openBackupConfiguration'
  | 'removeAbandonedBackup'
  | 'revealBackup'
  | 'revealBackupInOS';

/** What is done with a row of the Backups view and needs no options form. */
export function backupRowCommands(sets: BackupSets): Readonly<Record<BackupRowVerb, RowCommand>> {
  return {
    closeBackupFolder: (target) => sets.closeFolder(pathOf(target)),
    copyBackupPath: async (target) => await env.clipboard.writeText(pathOf(target)),
    openBackupConfiguration: (target) => openConfiguration(sets, target),
    removeAbandonedBackup: (target) => removePartial(sets, pathOf(target)),
    revealBackup: async (target) => await commands.executeCommand('revealInExplorer', Uri.file(pathOf(target))),
    revealBackupInOS: async (target) => await commands.executeCommand('revealFileInOS', Uri.file(pathOf(target))),
  };
}

function pathOf({ path }: CommandTarget): string {
  if (path === undefined) throw new BackupError('internal', 'The row has no path.');
  return path;
}

/** The stream's configuration file where the backup has one, else `backup.json`, which holds it too. */
async function openConfiguration(sets: BackupSets, { source, stream, path }: CommandTarget): Promise<void> {
  if (source === undefined || stream === undefined) throw new BackupError('internal', 'The row has no stream.');
  const files = await filesOfStream((await sets.open(source)).source, stream, path);
  const wanted =
    files.find(({ kind, bytes }) => kind === 'streamConfiguration' && bytes !== undefined) ??
    files.find(({ kind }) => kind === 'backupJson');
  if (wanted === undefined)
    throw new BackupError('fileAccess', `No file in ${source} holds the configuration of ${stream}.`);
  await commands.executeCommand('vscode.open', Uri.file(wanted.path));
}

async function removePartial(sets: BackupSets, path: string): Promise<void> {
  const detail = `${path}\n\nThe process that wrote it is gone, and it holds no complete backup.`;
  if (!(await confirm('Remove this abandoned backup?', detail, 'Remove'))) return;
  await removeAbandoned(path);
  sets.refresh();
}
