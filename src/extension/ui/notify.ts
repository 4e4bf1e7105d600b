import { window } from 'vscode';
import { isCancelled, messageOf } from '../../engine';
import type { Log } from './log';
import { redact } from './redact';

/** A button of a message, and what it does. */
export interface Action {
  title: string;
  run(): unknown;
}

/** The one place that shows errors, and says them in the same way everywhere. */
export class Notifier {
  constructor(private readonly log: Log) {}

  /** Logs an error and shows it with *Show Log* behind the given actions. A cancel is no error and shows nothing. */
  error(what: string, error: unknown, ...actions: Action[]): void {
    if (isCancelled(error)) return;
    this.log.error(what, error);
    const all = [...actions, this.showLog()];
    void choose(window.showErrorMessage(redact(messageOf(error)), ...all.map(titleOf)), all);
  }

  /** Does not wait for an answer, as a message without a choice may stay for hours. */
  warn(message: string, ...actions: Action[]): void {
    this.log.warn(message);
    void choose(window.showWarningMessage(redact(message), ...actions.map(titleOf)), actions);
  }

  info(message: string, ...actions: Action[]): void {
    this.log.info(message);
    void choose(window.showInformationMessage(redact(message), ...actions.map(titleOf)), actions);
  }

  showLog(): Action {
    return { title: 'Show Log', run: () => this.log.show() };
  }
}

function titleOf(action: Action): string {
  return action.title;
}

async function choose(answer: Thenable<string | undefined>, actions: Action[]): Promise<void> {
  const title = await answer;
  await actions.find((action) => action.title === title)?.run();
}
