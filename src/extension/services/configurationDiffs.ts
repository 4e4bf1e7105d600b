import { commands, type Uri } from 'vscode';
import { nothingUri, withPathOf } from './configurationUris';

/** Diffs that one editor opens; VS Code loads both sides of all of them. */
const mostDiffs = 100;

/** One stream's or consumer's configuration on two sides. A side that is left out has none: it is added or removed. */
export interface ConfigurationDiff {
  /** Of its file: `stream_ORDERS.json`. */
  name: string;
  left?: Uri;
  right?: Uri;
  /** The right document is empty at the moment. Among several it is shown as removed; alone it shows when it fills. */
  rightIsEmpty?: boolean;
}

/** What the two sides are called in titles: `backup 2026-11-23 12:00`, `live in prod`. */
export interface DiffSides {
  /** Left out where the file's name says all. */
  left?: string;
  right: string;
}

/**
 * Opens diffs of configurations: one in the diff editor, several in one multi-diff editor, which then says how many of them
 * it shows where they are too many.
 *
 * Sides are files, or documents made by `liveUri` (what the server has now; give it the other side as `form`, so that only
 * real differences show) and `backupUri` (what is inside of a set or an archive):
 *
 *     const file = Uri.file(path);
 *     const live = liveUri({ context, stream, form: file });
 *     await openDiffs([{ name: basename(path), left: live, right: file }], { left: `live in ${context}`, right: 'file' });
 *
 * @param title of a multi-diff editor; made of the sides where it is left out
 */
export async function openDiffs(diffs: readonly ConfigurationDiff[], sides: DiffSides, title?: string): Promise<void> {
  const [first] = diffs;
  if (first === undefined) return;
  if (diffs.length === 1) {
    const { name } = first;
    const left = first.left ?? nothingUri('nothing', name);
    const right = first.right ?? nothingUri('nothing', name);
    const of = sides.left === undefined ? name : `${name} (${sides.left})`;
    await commands.executeCommand('vscode.diff', left, right, title ?? `${of} ↔ ${sides.right}`);
    return;
  }
  const resources = diffs.slice(0, mostDiffs).map(({ left, right, rightIsEmpty }) => {
    const shown = rightIsEmpty === true ? undefined : right;
    const original = left && shown?.scheme === 'file' ? withPathOf(shown, left) : left;
    return [shown ?? left, original, shown && withPathOf(original, shown)];
  });
  // VS Code itself adds how many files these are.
  const more = diffs.length > mostDiffs ? `, the first ${mostDiffs} of ${diffs.length}` : '';
  const between = `${sides.left ?? 'files'} ↔ ${sides.right}`;
  await commands.executeCommand('vscode.changes', `${title ?? between}${more}`, resources);
}
