import type { Configurations, ConfigurationBackupWish, ConfigurationWish } from '../services/configurations';
import { checkedStreams } from './backupOptions';
import { flag, optionalText, optionalTexts, rawOptions, refuseOthers, requiredText } from './readOptions';
import { absolutePath } from './restoreOptions';

/** Reads the options of `jetstream.backupConfiguration`. */
export function readConfigurationBackup(options: object, configurations: Configurations): ConfigurationBackupWish {
  refuseOthers(options, ['context', 'directory', 'streams', 'removeGone']);
  const raw = rawOptions(options);
  const context = requiredText(raw, 'context');
  const directory = optionalText(raw, 'directory');
  const streams = checkedStreams(raw);
  return {
    context,
    directory: directory === undefined ? configurations.folderOf(context) : absolutePath(directory, 'directory'),
    removeGone: flag(raw, 'removeGone', false),
    ...(streams === undefined ? {} : { streams }),
  };
}

/** Reads the options of `jetstream.restoreConfiguration`. */
export function readConfigurationWish(options: object): { wish: ConfigurationWish; dryRun: boolean } {
  refuseOthers(options, ['context', 'source', 'updateStreams', 'dryRun', 'streams', 'file', 'confirm']);
  const raw = rawOptions(options);
  const streams = checkedStreams(raw);
  const file = optionalText(raw, 'file');
  const wish: ConfigurationWish = {
    context: requiredText(raw, 'context'),
    source: absolutePath(requiredText(raw, 'source')),
    updateStreams: flag(raw, 'updateStreams', false),
    confirmed: optionalTexts(raw, 'confirm') ?? [],
    ...(streams === undefined ? {} : { streams }),
    ...(file === undefined ? {} : { file: absolutePath(file, 'file') }),
  };
  return { wish, dryRun: flag(raw, 'dryRun', false) };
}
