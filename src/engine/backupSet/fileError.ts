import { BackupError, isBackupError, messageOf, type ErrorCode } from '../errors';

interface Reason {
  cause: string;
  next: string;
  code?: ErrorCode;
}

const diskFull: Reason = {
  code: 'diskFull',
  cause: 'the disk is full',
  next: 'Free some space or choose another folder, then try again.',
};

const noPermission: Reason = {
  cause: 'permission denied',
  next: 'Give this user access to it or choose another folder.',
};

const tooManyFiles: Reason = {
  cause: 'too many files are open',
  next: 'Close other programs or raise the limit of open files, then try again.',
};

const reasons: Record<string, Reason> = {
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, cause: "this user's disk quota is used up" },
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: { cause: 'the file system is read-only', next: 'Choose another folder.' },
  ENOENT: { cause: 'it does not exist', next: 'Check the path; it may have been moved or deleted meanwhile.' },
  ENOTDIR: { cause: 'a part of the path is a file, not a folder', next: 'Check the path.' },
  EISDIR: { cause: 'it is a folder, not a file', next: 'Check the path.' },
  ENAMETOOLONG: { cause: 'the path is too long', next: 'Choose a folder with a shorter path.' },
  ELOOP: { cause: 'its symbolic links lead round in a circle', next: 'Check the path.' },
  EFBIG: { cause: 'the file system does not hold files of this size', next: 'Choose a folder on another disk.' },
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EBUSY: { cause: 'another program is using it', next: 'Close that program, then try again.' },
  EIO: { cause: 'the disk reports an error', next: 'Check the disk.' },
};

/**
 * An error of the file system as a {@link BackupError} `diskFull` or `fileAccess` that names the path, the cause and
 * the next step. `action` completes "Could not", such as `write the manifest`. One of ours stays as it is.
 */
export function fileError(error: unknown, action: string, path: string): BackupError {
  if (isBackupError(error)) return error;
  const reason = reasons[errorNumber(error) ?? ''];
  if (reason === undefined) {
    return new BackupError('fileAccess', `Could not ${action} (${path}): ${messageOf(error)}.`, { cause: error });
  }
  const { code = 'fileAccess', cause, next } = reason;
  return new BackupError(code, `Could not ${action} (${path}): ${cause}. ${next}`, { cause: error });
}

/** Runs `body`; what the file system refuses is thrown as {@link fileError} says. */
export async function withFileErrors<T>(action: string, path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw fileError(error, action, path);
  }
}

/** Node's name for the system's error number (`ENOENT`), if the error has one. */
export function errorNumber(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
