import { BackupError } from '../../engine';

/** An options object as it came from outside: nothing about it is known yet. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Sees an options object as what it is: nothing in it has been checked. */
export function rawOptions(options: object): RawOptions {
  return options as RawOptions;
}

/**
 * Refuses options that the command does not know, so that a misspelt one is not overlooked.
 *
 * @param known the command's options; `token` always is
 * @param notBuilt options that are described but do not work yet
 * @throws BackupError `notSupported` for the latter, else `invalidOption`
 */
export function refuseOthers(options: object, known: readonly string[], notBuilt: readonly string[] = []): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || option === 'token' || known.includes(option)) continue;
    if (notBuilt.includes(option)) {
      throw new BackupError('notSupported', `The option "${option}" does not work yet. Leave it out.`, { option });
    }
    throw invalidOption(option, `is not known. Known are: ${known.join(', ')}`);
  }
}

/** @throws BackupError `invalidOption` unless it is a text that is not empty */
export function requiredText(options: RawOptions, option: string): string {
  const value = optionalText(options, option);
  if (value === undefined) throw invalidOption(option, 'is missing');
  return value;
}

/** @throws BackupError `invalidOption` for anything but a text that is not empty, or nothing */
export function optionalText(options: RawOptions, option: string): string | undefined {
  const value = options[option];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a text that is not empty');
  return value;
}

/** @throws BackupError `invalidOption` for anything but true, false or nothing */
export function flag(options: RawOptions, option: string, otherwise: boolean): boolean {
  const value = options[option] ?? otherwise;
  if (typeof value !== 'boolean') throw invalidOption(option, 'must be true or false');
  return value;
}

/** @throws BackupError `invalidOption` for anything but an integer within the bounds, or nothing */
export function optionalInteger(
  options: RawOptions,
  option: string,
  bounds: { min: number; max: number },
): number | undefined {
  const value = options[option];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  throw invalidOption(option, `must be an integer from ${bounds.min} to ${bounds.max}`);
}

/** A list of texts; one text is a list of one. @throws BackupError `invalidOption` */
export function optionalTexts(options: RawOptions, option: string): string[] | undefined {
  const value = options[option];
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((each) => typeof each === 'string' && each !== '');
  if (texts.length !== list.length || texts.length === 0) {
    throw invalidOption(option, 'must be a text or a list of texts, none of them empty');
  }
  return texts as string[];
}

/** An error that names the option: `The option "streams" must be …`. */
export function invalidOption(option: string, problem: string): BackupError {
  return new BackupError('invalidOption', `The option "${option}" ${problem}.`, { option });
}
