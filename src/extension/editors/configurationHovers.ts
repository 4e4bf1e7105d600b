import { Hover, languages, MarkdownString, Range, type Disposable, type DocumentFilter } from 'vscode';
import { quantityAt } from '../../engine';
import { uriSchemes } from '../ids';

/** Configuration files by their name, on disk and in git; and the extension's own documents, however they are named. */
const configurations: DocumentFilter[] = ['json', 'jsonc'].flatMap((language) => [
  { language, pattern: '**/stream_*.json' },
  { language, scheme: uriSchemes.live },
  { language, scheme: uriSchemes.backup },
]);

/** Says in words what durations, sizes and limits of a configuration are; the schema's description stands beside it. */
export function registerConfigurationHovers(): Disposable {
  return languages.registerHoverProvider(configurations, {
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
