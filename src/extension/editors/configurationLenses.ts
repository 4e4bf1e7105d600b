import { CodeLens, EventEmitter, languages, Range, workspace, type Disposable, type TextDocument } from 'vscode';
import { kindOfText } from '../../engine';
import { commandId, type CommandTarget } from '../ids';
import type { ConfigurationContext, ContextOfFile } from '../services/configurationContext';
import { Disposables } from '../services/disposables';

/** A configuration file, for the commands on it. A class, so that it is told from an options object. */
class FileTarget implements CommandTarget {
  readonly context?: string;

  constructor(
    readonly source: string,
    { context }: ContextOfFile,
  ) {
    if (context !== undefined) this.context = context;
  }
}

const top = new Range(0, 0, 0, 0);

/** Offers above a configuration file on disk to compare it with the server and to apply it. */
export function registerConfigurationLenses(contexts: ConfigurationContext): Disposable {
  const owned = new Disposables();
  const changes = owned.add(new EventEmitter<void>());
  owned.add(contexts.onDidChange(() => changes.fire()));
  owned.add(workspace.onDidSaveTextDocument(() => changes.fire()));
  const files = ['json', 'jsonc'].map((language) => ({ language, scheme: 'file', pattern: '**/stream_*.json' }));
  owned.add(
    languages.registerCodeLensProvider(files, {
      onDidChangeCodeLenses: changes.event,
      provideCodeLenses: async (document) => (kindOfText(document.getText()) ? await lensesOf(document, contexts) : []),
    }),
  );
  return owned;
}

async function lensesOf(document: TextDocument, contexts: ConfigurationContext): Promise<CodeLens[]> {
  // The commands read the file, not the editor.
  if (document.isDirty) {
    const title = 'Save to Compare or Apply';
    return [new CodeLens(top, { title, command: 'workbench.action.files.save' })];
  }
  const found = await contexts.of(document.fileName);
  const target = [new FileTarget(document.fileName, found)];
  return [
    new CodeLens(top, { title: compareTitle(found), command: commandId('compareWithLive'), arguments: target }),
    new CodeLens(top, { title: applyTitle(found), command: commandId('restoreConfiguration'), arguments: target }),
  ];
}

function compareTitle({ context }: ContextOfFile): string {
  return context === undefined ? 'Compare with Live…' : 'Compare with Live';
}

function applyTitle({ context, missing }: ContextOfFile): string {
  if (context !== undefined) return `Apply to ${context}`;
  return missing === undefined ? 'Apply to…' : `Apply to… (there is no context ${missing})`;
}
