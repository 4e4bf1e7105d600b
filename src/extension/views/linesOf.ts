import { MarkdownString } from 'vscode';
import { redact } from '../ui/redact';

export type Line = readonly [name: string, value: string | undefined];

/** A sentence that stands above the lines. */
export interface Note {
  text: string;
  /** A codicon; a warning sign unless told. */
  icon?: string;
}

/** A tooltip of names and values. They come from servers and files of others: they are text, never Markdown. */
export function linesOf(title: string, lines: readonly Line[], ...notes: (Note | undefined)[]): MarkdownString {
  const text = new MarkdownString('', true).appendMarkdown('**').appendText(title).appendMarkdown('**');
  for (const note of notes) {
    if (note === undefined) continue;
    text.appendMarkdown(`  \n$(${note.icon ?? 'warning'}) ${sentence(note.text)}`);
  }
  for (const [name, value] of lines) {
    if (value === undefined || value === '') continue;
    text.appendMarkdown('  \n').appendText(name).appendMarkdown(': ').appendText(redact(value));
  }
  return text;
}

/** Text that may be broken between words, as `appendText` alone does not let it be. */
function sentence(text: string): string {
  return new MarkdownString().appendText(redact(text)).value.replaceAll('&nbsp;', ' ');
}
