import type { CancellationToken } from 'vscode';
import type { BackupWish } from '../services/transfers';
import {
  invalidOption,
  flag,
  optionalInteger,
  optionalText,
  optionalTexts,
  rawOptions,
  refuseOthers,
  requiredText,
  type RawOptions,
} from './readOptions';

const bytes = { min: 1, max: 1024 * 1024 * 1024 };

/** Reads the options of both backup commands; what only one of them knows, the other refuses before. */
export function readBackupOptions(
  options: object,
  known: readonly string[],
  backupFolder: (directory?: string) => string,
): BackupWish {
  refuseOthers(options, known);
  const raw = rawOptions(options);
  const streams = checkedStreams(raw);
  const chunkSize = optionalInteger(raw, 'chunkSize', bytes);
  const windowSize = optionalInteger(raw, 'windowSize', bytes);
  return {
    context: requiredText(raw, 'context'),
    backupFolder: backupFolder(optionalText(raw, 'directory')),
    data: flag(raw, 'data', false),
    consumers: flag(raw, 'consumers', true),
    checkMessages: flag(raw, 'checkMessages', false),
    keepPartial: flag(raw, 'keepPartial', true),
    ...(streams === undefined ? {} : { streams }),
    ...(chunkSize === undefined ? {} : { chunkSize }),
    ...(windowSize === undefined ? {} : { windowSize }),
  };
}

/** The option `streams`: names that a stream can have. @throws BackupError `invalidOption` */
export function checkedStreams(raw: RawOptions): string[] | undefined {
  return optionalTexts(raw, 'streams')?.map(checkedName);
}

/** The token of an options object, if it has one. */
export function readToken(options: object): CancellationToken | undefined {
  const { token } = options as { token?: CancellationToken };
  return token;
}

/** The rule of nats-server for stream names; anything else would become another subject of its API. */
function checkedName(name: string): string {
  if (!/[\s.*>/\\\0]/.test(name) && name.length <= 255) return name;
  throw invalidOption(
    'streams',
    `names "${name}", which no stream can be called: white space, . * > / \\ are not allowed`,
  );
}
