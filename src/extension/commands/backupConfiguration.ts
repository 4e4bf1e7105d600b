import type { Configurations } from '../services/configurations';
import { readToken } from './backupOptions';
import type { Command } from './command';
import { readConfigurationBackup } from './configurationOptions';
import type { ConfigurationBackupPrompts } from './configurationBackupPrompts';

/** Configuration files of streams and consumers, rewritten in place where they changed. */
export function backupConfiguration(
  configurations: Configurations,
  prompts: ConfigurationBackupPrompts,
): Command<'backupConfiguration'> {
  return {
    run: async (options) =>
      await configurations.backUp(readConfigurationBackup(options, configurations), readToken(options)),
    prompt: async (target, targets) => await prompts.backUp(target, targets),
  };
}
