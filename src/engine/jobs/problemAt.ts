import { relative, sep } from 'node:path';
import { toPlainError, type BackupError } from '../errors';
import type { VerifyProblem } from '../results';

/**
 * A problem as a result names it.
 *
 * @param source the folder of the backup, and `path` the file or folder in it, both absolute
 */
export function problemAt(source: string, path: string, error: BackupError): VerifyProblem {
  const { code, message } = toPlainError(error);
  return { file: relative(source, path).replaceAll(sep, '/') || '.', code, message };
}
