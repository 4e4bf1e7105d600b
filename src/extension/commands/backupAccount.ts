import type { Transfers } from '../services/transfers';
import { readBackupOptions, readToken } from './backupOptions';
import type { BackupPrompts } from './backupPrompts';
import type { Command } from './command';

const known = ['context', 'directory', 'data', 'consumers', 'streams', 'keepPartial'];

/** Configuration of every stream and consumer of an account; with `data` also every snapshot. */
export function backupAccount(transfers: Transfers, prompts: BackupPrompts): Command<'backupAccount'> {
  return {
    run: async (options) => {
      const wish = readBackupOptions(options, known, (directory) => transfers.backupFolder(directory));
      return await transfers.backup(wish, prompts.title(wish), readToken(options));
    },
    prompt: async (target) => {
      const context = await prompts.context(target);
      if (context === undefined) return undefined;
      const data = await prompts.withData(context);
      return data === undefined ? undefined : await prompts.backUp({ context, data });
    },
  };
}
