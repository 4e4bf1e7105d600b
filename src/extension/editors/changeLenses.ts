import { CodeLens, languages, Range, type Disposable } from 'vscode';
import { commandId, type CommandTarget } from '../ids';
import type { StreamChanges } from '../services/streamChanges';
import { countOf } from '../ui/format';

/** A document with a change, for the command on it. A class, so that it is told from an options object. */
class ChangeTarget implements CommandTarget {
  constructor(readonly change: string) {}
}

/** Offers the plan above a document in which a change of several streams is written. */
export function registerChangeLenses(changes: StreamChanges): Disposable {
  return languages.registerCodeLensProvider(
    { scheme: 'untitled' },
    {
      onDidChangeCodeLenses: changes.onDidChange,
      provideCodeLenses: ({ uri }) => {
        const change = changes.find(uri);
        if (change === undefined) return [];
        const title = `Plan the Change of ${countOf(change.streams.length, 'Stream')} of ${change.context}`;
        const command = { title, command: commandId('planChange'), arguments: [new ChangeTarget(uri.toString())] };
        return [new CodeLens(new Range(0, 0, 0, 0), command)];
      },
    },
  );
}
