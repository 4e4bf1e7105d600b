import type { ExtensionContext } from 'vscode';
import type { JetStreamBackupApi } from './api';
import { createCommands, createRowCommands } from './commands';
import { createVerbs, registerCommands } from './commands/register';
import { RefreshRequests } from './services/refreshRequests';
import { Log } from './ui/log';
import { Notifier } from './ui/notify';

/** Builds and wires; everything that is built belongs to the context's subscriptions. */
export function activate(context: ExtensionContext): JetStreamBackupApi {
  const log = new Log();
  const notifier = new Notifier(log);
  const requests = new RefreshRequests();
  const services = { log, requests };
  const table = createCommands(services);
  context.subscriptions.push(log, requests, registerCommands(table, createRowCommands(services), { log, notifier }));
  return createVerbs(table, log);
}
