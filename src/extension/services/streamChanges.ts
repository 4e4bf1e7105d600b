import { EventEmitter, window, workspace, type Disposable, type Event, type TextDocument, type Uri } from 'vscode';
import type { JsonValue, StreamConfig } from '../../engine';
import { stringifyJson } from '../../engine';
import { Disposables } from './disposables';

/** A document in which somebody writes down what to change in several streams at once. */
export interface StreamChange {
  context: string;
  streams: readonly string[];
  document: TextDocument;
}

/** What is most often changed in many streams; others may be written too. */
const offered = ['num_replicas', 'placement', 'max_age', 'max_bytes', 'max_msgs', 'max_msgs_per_subject'] as const;

/** The open documents with changes. Nothing of one is sent before its plan is decided on. */
export class StreamChanges implements Disposable {
  private readonly open = new Map<string, StreamChange>();
  private readonly owned = new Disposables();
  private readonly emitter = this.owned.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.emitter.event;

  constructor() {
    this.owned.add(workspace.onDidCloseTextDocument(({ uri }) => this.open.delete(uri.toString())));
  }

  find(uri: Uri | string): StreamChange | undefined {
    return this.open.get(uri.toString());
  }

  /** Opens a document for a change of these streams, with their present values as a beginning. */
  async begin(context: string, configs: readonly StreamConfig[]): Promise<StreamChange> {
    const document = await workspace.openTextDocument({ language: 'jsonc', content: beginning(context, configs) });
    const change = { context, streams: configs.map(({ name }) => name), document };
    this.open.set(document.uri.toString(), change);
    await window.showTextDocument(document, { preview: false });
    this.emitter.fire();
    return change;
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function beginning(context: string, configs: readonly StreamConfig[]): string {
  const names = configs.map(({ name }) => name);
  const listed = names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
  return [
    `// What to change in ${names.length === 1 ? 'a stream' : `${names.length} streams`} of ${context}:`,
    `// ${listed}`,
    '// Only the fields that stand here are changed; null takes one away.',
    '// Durations are nanoseconds, sizes bytes. "Plan the Change", above, shows',
    '// what would happen, stream by stream. Nothing is sent before.',
    '{',
    ...offered.map((field) => `  // "${field}": ${presentValue(configs, field)},`),
    '}',
    '',
  ].join('\n');
}

/** The value that all of them have, else an example of one. */
function presentValue(configs: readonly StreamConfig[], field: (typeof offered)[number]): string {
  const values = configs.map((config) => stringifyJson((config[field] as JsonValue) ?? defaults[field]));
  const [first = ''] = values;
  return first;
}

const defaults: Readonly<Record<(typeof offered)[number], JsonValue>> = {
  num_replicas: 1,
  placement: { tags: [] },
  max_age: 0,
  max_bytes: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
};
