import type { RowVerb } from '../ids';
import type { BackupSets } from '../services/backupSets';
import type { BackupVerifier } from '../services/backupVerifier';
import type { Comparisons } from '../services/comparisons';
import type { Connections } from '../services/connections';
import type { Configurations } from '../services/configurations';
import { ContextEditor } from '../services/contextEditor';
import type { Contexts } from '../services/contexts';
import type { PlanPages } from '../services/planPages';
import type { RefreshRequests } from '../services/refreshRequests';
import type { ResultPages } from '../services/resultPages';
import type { Runner } from '../services/runner';
import type { StreamChanges } from '../services/streamChanges';
import type { Transfers } from '../services/transfers';
import type { Log } from '../ui/log';
import type { Notifier } from '../ui/notify';
import { allowProgram } from './allowProgram';
import { backupAccount } from './backupAccount';
import { BackupPrompts } from './backupPrompts';
import { backupConfiguration } from './backupConfiguration';
import { backupRowCommands } from './backupRowCommands';
import { backupStream } from './backupStream';
import { cancel } from './cancel';
import { changeStreams, planChange } from './changeStreams';
import type { CommandTable, RowCommand } from './command';
import { compareBackups } from './compareBackups';
import { compareWithLive } from './compareWithLive';
import { ComparisonPrompts } from './comparisonPrompts';
import { ConfigurationBackupPrompts } from './configurationBackupPrompts';
import { ConfigurationSources } from './configurationSources';
import { ConfigurationPrompts } from './configurationPrompts';
import { ContextConnection } from './contextConnection';
import { ContextPrompts, type ContextAccess } from './contextPrompts';
import { DeletionPrompts } from './deletionPrompts';
import { ExistingStreams } from './existingStreams';
import { openBackupFolder } from './openBackupFolder';
import { planCommands } from './planCommands';
import { refresh } from './refresh';
import { removeContext } from './removeContext';
import { restoreConfiguration } from './restoreConfiguration';
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
  comparisons: Comparisons;
  configurations: Configurations;
  plans: PlanPages;
  changes: StreamChanges;
}

/** The list of all commands: those with an options form, and those that only rows and pages have. */
export function createCommands(services: CommandServices): {
  table: CommandTable;
  rows: Readonly<Record<RowVerb, RowCommand>>;
} {
  const { log, notifier, requests, runner, transfers, pages, configurations, plans, changes } = services;
  const connection = contextConnection(services);
  const contextPrompts = new ContextPrompts(services.access, connection);
  const editor = new ContextEditor(services.contexts);
  const contextTools = { contexts: services.contexts, editor, prompts: contextPrompts, connection, notifier };
  const backupPrompts = new BackupPrompts(transfers, contextPrompts, notifier);
  const deletions = new DeletionPrompts(backupPrompts);
  const sources = new ConfigurationSources(configurations, services.backupSets);
  const configurationPrompts = new ConfigurationPrompts(
    configurations,
    contextPrompts,
    sources,
    plans,
    deletions,
    notifier,
  );
  const configurationBackups = new ConfigurationBackupPrompts(configurations, backupPrompts, notifier);
  const { access, backupSets, comparisons } = services;
  const comparing = new ComparisonPrompts(comparisons, backupSets, contextPrompts, access, notifier);
  const table: CommandTable = {
    addContext: addContext(contextTools),
    editContext: editContext(contextTools),
    removeContext: removeContext(editor, contextPrompts),
    selectContext: selectContext(editor, contextPrompts),
    backupStream: backupStream(transfers, backupPrompts),
    backupAccount: backupAccount(transfers, backupPrompts),
    backupConfiguration: backupConfiguration(configurations, configurationBackups),
    restoreConfiguration: restoreConfiguration(configurations, configurationPrompts),
    compareWithLive: compareWithLive(comparisons, comparing),
    compareBackups: compareBackups(comparisons, comparing),
    changeStreams: changeStreams(configurations, changes, contextPrompts),
    restoreStream: restoreStream(
      transfers,
      new RestorePrompts(
        transfers,
        contextPrompts,
        new ExistingStreams(contextPrompts, configurationPrompts),
        pages,
        notifier,
      ),
    ),
    verifyBackup: verifyBackup(services.verifier, services.backupSets, notifier),
    cancel: cancel(runner),
    openBackupFolder: openBackupFolder(services.backupSets),
    refresh: refresh(requests),
    showLog: showLog(log),
  };
  const retry: RowCommand = (target) => table.refresh.prompt(target, [target]);
  const rows = {
    ...backupRowCommands(services.backupSets),
    ...planCommands(plans, configurationPrompts),
    planChange: planChange(changes, configurationPrompts),
    allowProgram: allowProgram(connection, retry),
    retry,
  };
  return { table, rows };
}

function contextConnection({ contexts, connections, notifier }: CommandServices): ContextConnection {
  return new ContextConnection(contexts, connections, notifier);
}
