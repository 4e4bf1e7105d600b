import { Hover, languages, MarkdownString, Range, type Disposable, type DocumentFilter } from 'vscode';
import { quantityAt } from '../../engine';

/** Configuration files by their name, wherever they are: on disk, in git, in the extension's own documents. */
const configurationFiles: DocumentFilter[] = ['json', 'jsonc'].map((language) => ({
  language,
  pattern: '**/stream_*.json',
}));

/** Says in words what durations, sizes and limits of a configuration are; the schema's description stands beside it. */
export function registerConfigurationHovers(): Disposable {
  return languages.registerHoverProvider(configurationFiles, {
    provideHover: (document, position) => {
      const found = quantityAt(document.getText(), document.offsetAt(position));
      if (found === undefined) return undefined;
      const { meaning, offset, length } = found;
      const text = new MarkdownString().appendMarkdown('**').appendText(meaning).appendMarkdown('**');
      const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
      return new Hover(text, range);
    },
  });
}
