import { BackupError } from '../errors';

/** An error for bytes that cannot be right. `text` says where and what; `open.ts` adds which archive. */
export function damaged(text: string, cause?: unknown): BackupError {
  return new BackupError('archiveDamaged', text, { cause });
}

/** An error for bytes that are missing at the end. */
export function truncated(text: string): BackupError {
  return new BackupError('archiveTruncated', text);
}
