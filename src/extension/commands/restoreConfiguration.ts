import type { Configurations } from '../services/configurations';
import { readToken } from './backupOptions';
import type { Command } from './command';
import { readConfigurationWish } from './configurationOptions';
import type { ConfigurationPrompts } from './configurationPrompts';

/** Creates the streams and consumers that are missing and, with update-streams, updates those that differ. */
export function restoreConfiguration(
  configurations: Configurations,
  prompts: ConfigurationPrompts,
): Command<'restoreConfiguration'> {
  return {
    run: async (options) => {
      const { wish, dryRun } = readConfigurationWish(options);
      const token = readToken(options);
      const plan = await configurations.plan(wish, token);
      if (!dryRun) return await configurations.apply(wish, plan, token);
      return { plan: plan.items.map(({ change }) => change), problems: plan.problems, applied: [], failed: [] };
    },
    prompt: async (target, targets) => await prompts.restore(target, targets),
  };
}
