import { isAbsolute } from 'node:path';
import type { BackupSets } from '../services/backupSets';
import { chooseFolder } from './chooseBackup';
import type { Command } from './command';
import { invalidOption, rawOptions, refuseOthers, requiredText } from './readOptions';

/** Shows a folder of backups that is not in the workspace, or not where the setting says. */
export function openBackupFolder(sets: BackupSets): Command<'openBackupFolder'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['source']);
      const source = requiredText(rawOptions(options), 'source');
      if (!isAbsolute(source)) throw invalidOption('source', 'must be an absolute path');
      await sets.openFolder(source);
    },
    prompt: async (target) => {
      const source =
        target?.source ??
        (await chooseFolder(
          'Open a backup set, a backup of the nats command line, or a folder of such',
          'Open Backup Folder',
        ));
      if (source !== undefined) await sets.openFolder(source);
    },
  };
}
