import type { BackupComparison, CompareBackupsResult } from '../../engine';
import type { Comparisons } from '../services/comparisons';
import { readToken } from './backupOptions';
import type { Command } from './command';
import type { ComparisonPrompts } from './comparisonPrompts';
import { rawOptions, refuseOthers, requiredText } from './readOptions';
import { absolutePath } from './restoreOptions';

/** Opens what differs between the configurations of two backups as diffs. */
export function compareBackups(comparisons: Comparisons, prompts: ComparisonPrompts): Command<'compareBackups'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['left', 'right']);
      const raw = rawOptions(options);
      const side = (option: 'left' | 'right') => ({ source: absolutePath(requiredText(raw, option), option) });
      const wish = { left: side('left'), right: side('right') };
      return resultOf(await comparisons.ofBackups(wish, readToken(options)));
    },
    prompt: async (_, targets) => {
      const comparison = await prompts.ofBackups(targets);
      return comparison && resultOf(comparison);
    },
  };
}

function resultOf({ pairs, problems }: BackupComparison): CompareBackupsResult {
  return { compared: pairs.map(({ compared }) => compared), problems };
}
