import { BackupError, type ErrorCode } from '../errors';

/** What is wrong with the text of a configuration file. */
export class ConfigurationError extends BackupError {
  /** From 1; undefined where the fault has no place. */
  readonly line: number | undefined;

  /**
   * @param file absolute path
   * @param text completes the file's name to a sentence and says what to do: `is empty. Remove it.`
   */
  constructor(code: ErrorCode, file: string, text: string, line?: number) {
    super(code, `${file}${line === undefined ? '' : `, line ${line},`} ${text}`);
    this.line = line;
  }
}
