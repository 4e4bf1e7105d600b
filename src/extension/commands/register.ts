import type { Disposable } from 'vscode';
import { commands, Uri } from 'vscode';
import { toBackupError } from '../../engine';
import type { JetStreamVerbs } from '../api';
import { commandId, uriSchemes, type CommandTarget, type RowVerb, type Verb } from '../ids';
import { Disposables } from '../services/disposables';
import type { Log } from '../ui/log';
import type { Notifier } from '../ui/notify';
import type { CommandTable, RowCommand } from './command';

/** A command seen without its types, which the table has checked. */
interface AnyCommand {
  run(options: object): Promise<unknown>;
  prompt(target: CommandTarget | undefined, targets: readonly CommandTarget[]): Promise<unknown>;
}

/**
 * Registers all commands, each as `jetstream.<verb>`. Called with an options object a command passes on its result and
 * its error; called in any other way (palette, row, key binding without arguments) its error is shown.
 */
export function registerCommands(
  table: CommandTable,
  rows: Readonly<Record<RowVerb, RowCommand>>,
  ui: { log: Log; notifier: Notifier },
): Disposable {
  const registered = new Disposables();
  for (const [verb, command] of Object.entries(table) as [Verb, AnyCommand][]) {
    const handler = (...args: unknown[]) => {
      const [first] = args;
      if (isOptions(first)) return withOptions(verb, command, first, ui.log);
      const { target, targets } = readTargets(args);
      return shown(verb, ui.notifier, () => command.prompt(target, targets));
    };
    registered.add(commands.registerCommand(commandId(verb), handler));
  }
  for (const [verb, run] of Object.entries(rows) as [RowVerb, RowCommand][]) {
    const handler = (...args: unknown[]) => {
      const { target } = readTargets(args);
      return target === undefined ? undefined : shown(verb, ui.notifier, () => run(target));
    };
    registered.add(commands.registerCommand(commandId(verb), handler));
  }
  return registered;
}

/** The same verbs as functions, for the extension's API. */
export function createVerbs(table: CommandTable, log: Log): JetStreamVerbs {
  const verbs = (Object.entries(table) as [Verb, AnyCommand][]).map(
    ([verb, command]) => [verb, (options: object = {}) => withOptions(verb, command, options, log)] as const,
  );
  return Object.fromEntries(verbs) as unknown as JetStreamVerbs;
}

async function withOptions(verb: Verb, command: AnyCommand, options: object, log: Log): Promise<unknown> {
  try {
    return await command.run(options);
  } catch (thrown) {
    const error = toBackupError(thrown);
    log.error(verb, error);
    throw error;
  }
}

async function shown(verb: Verb | RowVerb, notifier: Notifier, run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    notifier.error(verb, error);
    return undefined;
  }
}

/** Options are a plain object; rows and files that VS Code passes are objects of a class. */
function isOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A menu passes the clicked row first and all selected rows second. */
function readTargets([first, second]: unknown[]): { target?: CommandTarget; targets: CommandTarget[] } {
  const target = toTarget(first);
  if (target === undefined) return { targets: [] };
  const targets = (Array.isArray(second) ? second : [])
    .map((each) => toTarget(each))
    .filter((each) => each !== undefined);
  return { target, targets: targets.length === 0 ? [target] : targets };
}

function toTarget(value: unknown): CommandTarget | undefined {
  if (value instanceof Uri)
    return value.scheme === uriSchemes.plan ? { plan: value.toString() } : { source: value.fsPath };
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
