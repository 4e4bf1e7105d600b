import type { RowVerb } from '../ids';
import type { BackupSets } from '../services/backupSets';
import type { BackupVerifier } from '../services/backupVerifier';
import type { Connections } from '../services/connections';
import { ContextEditor } from '../services/contextEditor';
import type { Contexts } from '../services/contexts';
import type { RefreshRequests } from '../services/refreshRequests';
import type { ResultPages } from '../services/resultPages';
import type { Runner } from '../services/runner';
import type { Transfers } from '../services/transfers';
import type { Log } from '../ui/log';
import type { Notifier } from '../ui/notify';
import { allowProgram } from './allowProgram';
import { backupAccount } from './backupAccount';
import { BackupPrompts } from './backupPrompts';
import { backupRowCommands } from './backupRowCommands';
import { backupStream } from './backupStream';
import { cancel } from './cancel';
import type { CommandTable, RowCommand } from './command';
import { ContextConnection } from './contextConnection';
import { ContextPrompts, type ContextAccess } from './contextPrompts';
import { openBackupFolder } from './openBackupFolder';
import { refresh } from './refresh';
import { removeContext } from './removeContext';
import { RestorePrompts } from './restorePrompts';
import { restoreStream } from './restoreStream';
import { addContext, editContext } from './saveContext';
import { selectContext } from './selectContext';
import { showLog } from './showLog';
import { verifyBackup } from './verifyBackup';

/** What the commands work with. Each takes from it what it needs. */
export interface CommandServices {
  backupSets: BackupSets;
  verifier: BackupVerifier;
  log: Log;
  notifier: Notifier;
  requests: RefreshRequests;
  runner: Runner;
  transfers: Transfers;
  pages: ResultPages;
  access: ContextAccess;
  contexts: Contexts;
  connections: Connections;
}

/** The list of all commands. */
export function createCommands(services: CommandServices): CommandTable {
  const { log, notifier, requests, runner, transfers, pages } = services;
  const connection = contextConnection(services);
  const contextPrompts = new ContextPrompts(services.access, connection);
  const editor = new ContextEditor(services.contexts);
  const contextTools = { contexts: services.contexts, editor, prompts: contextPrompts, connection, notifier };
  const backupPrompts = new BackupPrompts(transfers, contextPrompts, notifier);
  return {
    addContext: addContext(contextTools),
    editContext: editContext(contextTools),
    removeContext: removeContext(editor, contextPrompts),
    selectContext: selectContext(editor, contextPrompts),
    backupStream: backupStream(transfers, backupPrompts),
    backupAccount: backupAccount(transfers, backupPrompts),
    restoreStream: restoreStream(transfers, new RestorePrompts(transfers, contextPrompts, pages, notifier)),
    verifyBackup: verifyBackup(services.verifier, services.backupSets, notifier),
    cancel: cancel(runner),
    openBackupFolder: openBackupFolder(services.backupSets),
    refresh: refresh(requests),
    showLog: showLog(log),
  };
}

/** The list of all commands that only rows have. */
export function createRowCommands(services: CommandServices): Readonly<Record<RowVerb, RowCommand>> {
  const retry: RowCommand = (target) => refresh(services.requests).prompt(target, [target]);
  return {
    ...backupRowCommands(services.backupSets),
    allowProgram: allowProgram(contextConnection(services), retry),
    retry,
  };
}

function contextConnection({ contexts, connections, notifier }: CommandServices): ContextConnection {
  return new ContextConnection(contexts, connections, notifier);
}
