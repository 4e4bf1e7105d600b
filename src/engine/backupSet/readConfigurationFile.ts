import { ConfigurationError } from '../config/configurationError';
import { parseConfiguration, type ParsedConfiguration } from '../config/parseConfiguration';
import { toBackupError } from '../errors';
import { formatBytes } from '../util/formatBytes';
import { assertInside } from './assertInside';
import type { ConfigurationProblem } from './configurationSource';
import { withFileErrors } from './fileError';
import { sha256Of } from './privateFile';
import { readSmallFile, regularFile } from './readJson';

/** No configuration is as large; a larger file is something else. */
export const maxConfigurationBytes = 1024 * 1024;

/** A file that was read: what it holds, or what is wrong with it. */
export type ReadConfiguration = { file: string } & (
  { parsed: ParsedConfiguration; sha256: string } | { problem: ConfigurationProblem }
);

/** Reads one configuration file. With `inside` it must not be a link that leads out of that folder. */
export async function readConfigurationFile(file: string, inside?: string): Promise<ReadConfiguration> {
  try {
    if (inside !== undefined) await assertInside(inside, file);
    const { size } = await withFileErrors('read the file', file, () => regularFile(file));
    if (size > maxConfigurationBytes) {
      const what = `is ${formatBytes(size)} large, and a configuration at most ${formatBytes(maxConfigurationBytes)}. Move it away.`;
      throw new ConfigurationError('limitExceeded', file, what);
    }
    const bytes = await readSmallFile(file, maxConfigurationBytes);
    return { file, parsed: parseConfiguration(decode(bytes, file), file), sha256: sha256Of(bytes) };
  } catch (error) {
    return { file, problem: problemOf(file, error) };
  }
}

export function problemOf(file: string, thrown: unknown): ConfigurationProblem {
  const error = toBackupError(thrown);
  const line = error instanceof ConfigurationError ? error.line : undefined;
  return { file, ...(line === undefined ? {} : { line }), error };
}

/** Editors of Windows begin UTF-8 with a byte order mark, which the decoder takes off. */
function decode(bytes: Buffer, file: string): string {
  const start = bytes.toString('hex', 0, 2);
  if (start === 'fffe' || start === 'feff') {
    throw new ConfigurationError('notABackup', file, 'is text in UTF-16. Save it as UTF-8.', 1);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigurationError('notABackup', file, 'is no text in UTF-8. Save it as UTF-8, or export it again.');
  }
}
