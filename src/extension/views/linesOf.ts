import { MarkdownString } from 'vscode';
import { redact } from '../ui/redact';

export type Line = readonly [name: string, value: string | undefined];

/** A tooltip of names and values. Values come from servers and files of others: they are text, never Markdown. */
export function linesOf(title: string, lines: readonly Line[], trouble?: { text: string }): MarkdownString {
  const text = new MarkdownString('', true).appendMarkdown('**').appendText(title).appendMarkdown('**');
  if (trouble !== undefined) text.appendMarkdown('  \n$(warning) ').appendText(redact(trouble.text));
  for (const [name, value] of lines) {
    if (value !== undefined && value !== '') text.appendMarkdown(`  \n${name}: `).appendText(redact(value));
  }
  return text;
}
