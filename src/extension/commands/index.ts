import type { RowVerb } from '../ids';
import type { BackupSets } from '../services/backupSets';
import type { RefreshRequests } from '../services/refreshRequests';
import type { ResultPages } from '../services/resultPages';
import type { Runner } from '../services/runner';
import type { Transfers } from '../services/transfers';
import type { Log } from '../ui/log';
import type { Notifier } from '../ui/notify';
import { backupAccount } from './backupAccount';
import { BackupPrompts } from './backupPrompts';
import { backupRowCommands } from './backupRowCommands';
import { backupStream } from './backupStream';
import { cancel } from './cancel';
import type { CommandTable, RowCommand } from './command';
import { ContextPrompts, type ContextAccess } from './contextPrompts';
import { openBackupFolder } from './openBackupFolder';
import { refresh } from './refresh';
import { RestorePrompts } from './restorePrompts';
import { restoreStream } from './restoreStream';
import { showLog } from './showLog';

/** What the commands work with. Each takes from it what it needs. */
export interface CommandServices {
  backupSets: BackupSets;
  log: Log;
  notifier: Notifier;
  requests: RefreshRequests;
  runner: Runner;
  transfers: Transfers;
  pages: ResultPages;
  contexts: ContextAccess;
}

/** The list of all commands. */
export function createCommands(services: CommandServices): CommandTable {
  const { log, notifier, requests, runner, transfers, pages } = services;
  const contextPrompts = new ContextPrompts(services.contexts);
  const backupPrompts = new BackupPrompts(transfers, contextPrompts, notifier);
  return {
    backupStream: backupStream(transfers, backupPrompts),
    backupAccount: backupAccount(transfers, backupPrompts),
    restoreStream: restoreStream(transfers, new RestorePrompts(transfers, contextPrompts, pages, notifier)),
    cancel: cancel(runner),
    openBackupFolder: openBackupFolder(services.backupSets),
    refresh: refresh(requests),
    showLog: showLog(log),
  };
}

/** The list of all commands that only rows have. */
export function createRowCommands(services: CommandServices): Readonly<Record<RowVerb, RowCommand>> {
  return {
    ...backupRowCommands(services.backupSets),
    retry: (target) => refresh(services.requests).prompt(target, [target]),
  };
}
