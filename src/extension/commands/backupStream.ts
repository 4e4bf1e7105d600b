import type { Transfers } from '../services/transfers';
import type { BackupPrompts } from './backupPrompts';
import { readBackupOptions, readToken } from './backupOptions';
import type { Command } from './command';
import { invalidOption } from './readOptions';

const known = [
  'context',
  'streams',
  'directory',
  'consumers',
  'checkMessages',
  'chunkSize',
  'windowSize',
  'keepPartial',
];

/** Data backup of one or more streams. */
export function backupStream(transfers: Transfers, prompts: BackupPrompts): Command<'backupStream'> {
  return {
    run: async (options) => {
      const wish = readBackupOptions(options, known, (directory) => transfers.backupFolder(directory));
      if (wish.streams === undefined) throw invalidOption('streams', 'is missing');
      return await transfers.backup({ ...wish, data: true }, prompts.title(wish), readToken(options));
    },
    prompt: async (target, targets) => {
      const context = await prompts.context(target);
      if (context === undefined) return undefined;
      // Rows of other contexts may be selected too, and consumers' rows name their stream.
      const selected = targets.flatMap((each) =>
        each.stream === undefined || each.context !== context ? [] : [each.stream],
      );
      const streams = selected.length > 0 ? [...new Set(selected)] : await prompts.streams(context);
      if (streams === undefined) return undefined;
      return await prompts.backUp({ context, streams, data: true });
    },
  };
}
