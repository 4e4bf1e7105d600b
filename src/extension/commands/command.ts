import type { CommandTarget, OptionsOf, ResultOf, Verb } from '../ids';

/** One verb of the extension, with its two ways in. */
export interface Command<V extends Verb> {
  /**
   * Does it as the options say. Asks nothing and shows no dialog.
   *
   * @param options an object whose members are not checked yet: see `readOptions.ts`
   * @throws BackupError `invalidOption`, `confirmationRequired`, `notSupported`; what else depends on the verb
   */
  run(options: OptionsOf<V>): Promise<ResultOf<V>>;
  /**
   * Does it for a person, and asks for what the selection does not say. Undefined where the person gave up.
   *
   * @param target the row that was clicked; undefined from the palette
   * @param targets all selected rows, the clicked one included
   */
  prompt(target: CommandTarget | undefined, targets: readonly CommandTarget[]): Promise<ResultOf<V> | undefined>;
}

/** All verbs; a verb of the API without a command does not compile. */
export type CommandTable = { readonly [V in Verb]: Command<V> };

/** A command on a row, without an options form. */
export type RowCommand = (target: CommandTarget) => Promise<void>;
