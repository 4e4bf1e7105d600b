import { BackupError } from '../errors';

/**
 * What is wrong with a context's name, as a phrase that follows it, or undefined. The rules are those of the command
 * line, and those of the file system of `platform`.
 */
export function contextNameProblem(name: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (name === '') return 'is empty';
  if (name.includes('..')) return 'holds ".."';
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (name.includes('\0')) return 'holds a NUL character';
  // The temporary neighbour that a save goes through adds up to 26 bytes.
  if (Buffer.byteLength(name) > 220) return 'is longer than 220 bytes';
  if (platform === 'win32' && refusedByWindows(name)) return 'holds what Windows refuses in a file name';
  return undefined;
}

function refusedByWindows(name: string): boolean {
  return /[<>:"|?*]|[. ]$/.test(name) || [...name].some((character) => character < ' ');
}

/** @throws BackupError `invalidOption` */
export function checkContextName(name: string): void {
  const problem = contextNameProblem(name);
  if (problem === undefined) return;
  const message = `The context name ${JSON.stringify(name)} ${problem}. Choose another name.`;
  throw new BackupError('invalidOption', message, { option: 'name' });
}
