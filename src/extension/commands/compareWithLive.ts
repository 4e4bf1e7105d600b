import type { CompareWithLiveResult, LiveComparison } from '../../engine';
import type { Comparisons, LiveComparisonWish } from '../services/comparisons';
import { checkedStreams, readToken } from './backupOptions';
import type { Command } from './command';
import type { ComparisonPrompts } from './comparisonPrompts';
import { rawOptions, refuseOthers, requiredText } from './readOptions';
import { absolutePath } from './restoreOptions';

/** Opens what differs between a backup and the server as diffs: backup left, live right. */
export function compareWithLive(comparisons: Comparisons, prompts: ComparisonPrompts): Command<'compareWithLive'> {
  return {
    run: async (options) => resultOf(await comparisons.withLive(readWish(options), readToken(options))),
    prompt: async (target, targets) => {
      const comparison = await prompts.withLive(target, targets);
      return comparison && resultOf(comparison);
    },
  };
}

function readWish(options: object): LiveComparisonWish {
  refuseOthers(options, ['context', 'source', 'streams']);
  const raw = rawOptions(options);
  const streams = checkedStreams(raw);
  return {
    context: requiredText(raw, 'context'),
    source: absolutePath(requiredText(raw, 'source')),
    ...(streams === undefined ? {} : { streams }),
  };
}

function resultOf({ pairs, problems }: LiveComparison): CompareWithLiveResult {
  return { compared: pairs.map(({ compared }) => compared), problems };
}
