/**
 * What can go wrong, as a caller can act on it. Callers test `code`, never the text of a message.
 *
 * The text of every error names the thing, the cause and the next step; it never holds a password, token, seed or
 * credentials file's content.
 */
export type ErrorCode =
  /** An option is missing, contradictory or of the wrong form; `option` names it. */
  | 'invalidOption'
  /** A command, an option or a kind of source that is not built, or that this server cannot do. */
  | 'notSupported'
  /** A destructive call without the confirmation that names what is destroyed. */
  | 'confirmationRequired'
  /** A context file is damaged, contradictory, or names a file that cannot be read. */
  | 'invalidContext'
  | 'contextNotFound'
  /** Nobody listens at the address, or its name does not resolve. */
  | 'connectionRefused'
  /** A connection that worked is gone. */
  | 'connectionLost'
  /** The server refuses these credentials. */
  | 'unauthorized'
  /** The credentials are good, but this subject is not allowed to them. */
  | 'permissionDenied'
  /** TLS could not be agreed on: not offered, not trusted, or a certificate is missing. */
  | 'tlsFailed'
  | 'jetStreamNotEnabled'
  /** No answer within the time that was given. */
  | 'timeout'
  | 'streamNotFound'
  | 'streamExists'
  /** Any other refusal of the server; `serverCode` holds its err_code. */
  | 'serverError'
  /** The server stopped sending, or stopped taking, in the middle of a transfer. */
  | 'stalled'
  /** The archive ends before its end. */
  | 'archiveTruncated'
  /** A checksum, a size or a structure inside the archive is wrong. */
  | 'archiveDamaged'
  /** The archive is sound in itself but is not what the server announced, or not what was verified. */
  | 'archiveMismatch'
  /** A value in a file passes what is allowed of it. */
  | 'limitExceeded'
  /** A folder or file holds nothing that is a backup. */
  | 'notABackup'
  | 'diskFull'
  /** A file or folder cannot be read or written. */
  | 'fileAccess'
  /** What a plan was made from is not so any more. */
  | 'changedMeanwhile'
  /** What was restored differs from the backup. */
  | 'restoredDiffers'
  | 'cancelled'
  /** A mistake of ours. */
  | 'internal';

/** What a {@link BackupError} knows beyond its code and message. All of it is plain data. */
export interface ErrorDetails {
  /** The option that was wrong. */
  option?: string;
  /** The server's own `err_code`, such as 10058. */
  serverCode?: number;
  cause?: unknown;
}

/** The form in which an error crosses a thread or stands in a result. */
export interface PlainError {
  code: ErrorCode;
  message: string;
  option?: string;
  serverCode?: number;
}

/** The only error the engine throws on purpose. */
export class BackupError extends Error {
  readonly code: ErrorCode;
  readonly option?: string;
  readonly serverCode?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'BackupError';
    this.code = code;
    if (details.option !== undefined) this.option = details.option;
    if (details.serverCode !== undefined) this.serverCode = details.serverCode;
  }
}

export function isBackupError(error: unknown): error is BackupError {
  return error instanceof BackupError;
}

export function isCancelled(error: unknown): boolean {
  return isBackupError(error) && error.code === 'cancelled';
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Any thrown value as a {@link BackupError}: one of ours stays as it is, a file system error gets its code. */
export function toBackupError(error: unknown): BackupError {
  if (isBackupError(error)) return error;
  const code = fileErrorCode(error);
  return new BackupError(code ?? 'internal', messageOf(error), { cause: error });
}

export function toPlainError(error: unknown): PlainError {
  const { code, message, option, serverCode } = toBackupError(error);
  return {
    code,
    message,
    ...(option === undefined ? {} : { option }),
    ...(serverCode === undefined ? {} : { serverCode }),
  };
}

export function fromPlainError(plain: PlainError): BackupError {
  return new BackupError(plain.code, plain.message, plain);
}

function fileErrorCode(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'diskFull' : 'fileAccess';
}
