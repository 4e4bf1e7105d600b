import { join } from 'node:path';
import type { ExtensionContext } from 'vscode';
import { ContextStore } from '../engine';
import type { JetStreamBackupApi } from './api';
import { createCommands } from './commands';
import { createVerbs, registerCommands } from './commands/register';
import { registerChangeLenses } from './editors/changeLenses';
import { registerConfigurationHovers } from './editors/configurationHovers';
import { registerConfigurationLenses } from './editors/configurationLenses';
import { registerPlanPages } from './editors/planPage';
import { registerConfigurationDocuments } from './editors/configurationDocuments';
import { registerResultPages } from './editors/resultPage';
import { BackupDocuments } from './services/backupDocuments';
import { BackupSets } from './services/backupSets';
import { BackupVerifier } from './services/backupVerifier';
import { Comparisons } from './services/comparisons';
import { ConfigurationContext } from './services/configurationContext';
import { Configurations } from './services/configurations';
import { Connections } from './services/connections';
import { ContextAccess } from './services/contextAccess';
import { Contexts } from './services/contexts';
import { ContextSecrets } from './services/contextSecrets';
import { LiveDocuments } from './services/liveDocuments';
import { ProgramConsent } from './services/programConsent';
import { OpenedFolders } from './services/openedFolders';
import { PlanPages } from './services/planPages';
import { RefreshRequests } from './services/refreshRequests';
import { ResultPages } from './services/resultPages';
import { Runner } from './services/runner';
import { Settings } from './services/settings';
import { StreamChanges } from './services/streamChanges';
import { Transfers } from './services/transfers';
import { Log } from './ui/log';
import { Notifier } from './ui/notify';
import { createBackupsView } from './views/backups/backupsView';
import { createContextsView } from './views/contexts/contextsView';

/** Builds and wires; everything that is built belongs to the context's subscriptions. */
export function activate(context: ExtensionContext): JetStreamBackupApi {
  const log = new Log();
  const notifier = new Notifier(log);
  const requests = new RefreshRequests();
  const settings = new Settings();
  const runner = new Runner(settings, log);
  const secrets = new ContextSecrets(context.secrets);
  const contexts = new Contexts(new ContextStore(), secrets, new ProgramConsent(context.globalState), log);
  const connections = new Connections(contexts, log);
  const access = new ContextAccess(contexts, connections);
  const pages = new ResultPages((name, stream) => access.readRestored(name, stream));
  const installation = {
    workerFile: join(context.extensionPath, 'dist', 'worker.js'),
    version: (context.extension.packageJSON as { version: string }).version,
  };
  const settingsOf = (name: string) => contexts.settingsOf(name);
  const transfers = new Transfers(settings, runner, requests, settingsOf, installation);
  const { workerFile } = installation;
  const configurations = new Configurations(runner, requests, settingsOf, () => transfers.backupFolder(), workerFile);
  const plans = new PlanPages();
  const changes = new StreamChanges();
  const openedFolders = new OpenedFolders(context.workspaceState);
  const backupSets = new BackupSets(settings, openedFolders, requests);
  const verifier = new BackupVerifier(settings, runner, backupSets, workerFile);
  const liveDocuments = new LiveDocuments(connections, requests);
  const backupDocuments = new BackupDocuments();
  const documents = registerConfigurationDocuments(liveDocuments, backupDocuments);
  const ui = { log, notifier, pages, runner };
  const comparisons = new Comparisons(runner, settingsOf, liveDocuments, backupDocuments, workerFile);
  const own = { backupSets, changes, comparisons, configurations, plans, transfers, verifier };
  const { table, rows } = createCommands({ ...ui, ...own, access, connections, contexts, requests });
  const commands = registerCommands(table, rows, { log, notifier });
  context.subscriptions.push(liveDocuments, documents);
  context.subscriptions.push(log, requests, runner, contexts, connections, pages, registerResultPages(pages), commands);
  context.subscriptions.push(plans, registerPlanPages(plans), changes, registerChangeLenses(changes));
  const contextOfFile = new ConfigurationContext(contexts, backupSets);
  context.subscriptions.push(contextOfFile, registerConfigurationLenses(contextOfFile), registerConfigurationHovers());
  context.subscriptions.push(createContextsView(contexts, connections, requests));
  context.subscriptions.push(openedFolders, backupSets, createBackupsView(backupSets));
  return createVerbs(table, log);
}
