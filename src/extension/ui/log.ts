import { window, type Disposable, type LogOutputChannel } from 'vscode';
import { isBackupError, messageOf } from '../../engine';
import { redact } from './redact';

/** The log channel "JetStream". Whatever passes through here is redacted. */
export class Log implements Disposable {
  private readonly channel: LogOutputChannel = window.createOutputChannel('JetStream', { log: true });

  debug(message: string): void {
    this.channel.debug(redact(message));
  }

  info(message: string): void {
    this.channel.info(redact(message));
  }

  warn(message: string): void {
    this.channel.warn(redact(message));
  }

  /** Logs a failure with its code and the chain of its causes; the stack only of a mistake of ours. */
  error(what: string, error: unknown): void {
    this.channel.error(redact(`${what}: ${describe(error)}`));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = isBackupError(error) && error.code !== 'internal';
  const own = known ? `${error.message} (${error.code})` : (error.stack ?? error.message);
  return error.cause === undefined ? own : `${own}\n  caused by ${messageOf(error.cause)}`;
}
