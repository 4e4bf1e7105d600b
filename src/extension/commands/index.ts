import type { RowVerb } from '../ids';
import type { RefreshRequests } from '../services/refreshRequests';
import type { Log } from '../ui/log';
import type { CommandTable, RowCommand } from './command';
import { refresh } from './refresh';
import { showLog } from './showLog';

/** What the commands work with. Each takes from it what it needs. */
export interface CommandServices {
  log: Log;
  requests: RefreshRequests;
}

/** The list of all commands. */
export function createCommands(services: CommandServices): CommandTable {
  return {
    refresh: refresh(services.requests),
    showLog: showLog(services.log),
  };
}

/** The list of all commands that only rows have. */
export function createRowCommands(services: CommandServices): Readonly<Record<RowVerb, RowCommand>> {
  return {
    retry: (target) => refresh(services.requests).prompt(target, [target]),
  };
}
