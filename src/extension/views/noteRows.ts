import { MarkdownString, ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import type { BackupError, ErrorCode } from '../../engine';
import type { CommandTarget } from '../ids';
import { Row } from './row';

/** What failed, in the words of a row. */
const titles: Partial<Record<ErrorCode, string>> = {
  connectionRefused: 'Connection refused',
  connectionLost: 'Connection lost',
  unauthorized: 'Not authorised',
  permissionDenied: 'Permission denied',
  tlsFailed: 'TLS failed',
  jetStreamNotEnabled: 'JetStream is not enabled',
  serverError: 'Server error',
  timeout: 'No answer in time',
  invalidContext: 'Invalid context',
  contextNotFound: 'The context is gone',
  notSupported: 'Not supported',
  archiveDamaged: 'Damaged',
  fileAccess: 'Cannot be read',
  notABackup: 'Not a backup',
};

/** A branch that could not be had: says why, and offers to try again. */
export class ErrorRow extends Row {
  constructor(
    parent: Row | undefined,
    readonly error: BackupError,
    target: CommandTarget = {},
  ) {
    super(parent);
    Object.assign(this, target);
  }

  /** Whether all that is missing is the user's yes to running a program. */
  get needsConsent(): boolean {
    return this.error.option === 'allowPrograms';
  }

  get title(): string {
    return this.needsConsent ? 'Wants to run a program' : (titles[this.error.code] ?? 'Error');
  }

  override item(): TreeItem {
    const item = new TreeItem(this.title);
    item.description = withoutContext(this.error.message, this.context);
    item.iconPath = this.needsConsent
      ? new ThemeIcon('shield')
      : new ThemeIcon('error', new ThemeColor('list.errorForeground'));
    item.contextValue = this.needsConsent ? 'error consent' : 'error';
    return item;
  }

  override tooltip(): MarkdownString {
    return new MarkdownString().appendText(this.error.message);
  }
}

/** What an error says, where it is plain which context it is about. */
export function withoutContext(message: string, context: string | undefined): string {
  const prefix = `Context "${context}": `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** A branch with nothing in it, or something worth saying in it. */
export class InfoRow extends Row {
  constructor(
    parent: Row | undefined,
    readonly text: string,
    private readonly icon = 'info',
  ) {
    super(parent);
  }

  override item(): TreeItem {
    const item = new TreeItem(this.text);
    item.iconPath = new ThemeIcon(this.icon);
    item.contextValue = 'info';
    return item;
  }
}
