import type { Transfers } from '../services/transfers';
import { readToken } from './backupOptions';
import type { Command } from './command';
import { readRestoreOptions } from './restoreOptions';
import type { RestorePrompts } from './restorePrompts';

/** Restores every stream found in a folder, or the chosen ones, after all of them were verified. */
export function restoreStream(transfers: Transfers, prompts: RestorePrompts): Command<'restoreStream'> {
  return {
    run: async (options) => {
      const wish = readRestoreOptions(options);
      const token = readToken(options);
      const plan = await transfers.planRestore(wish, token);
      return await transfers.restore(wish, plan, token);
    },
    prompt: async (target, targets) => await prompts.restore(target, targets),
  };
}
