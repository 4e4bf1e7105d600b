import type { Uri } from 'vscode';
import { Disposable, EventEmitter, RelativePattern, window, workspace, type Event } from 'vscode';
import { posix } from 'node:path';
import {
  inFormOf,
  inParallel,
  isBackupError,
  messageOf,
  type ConsumerConfig,
  type JetStreamApi,
  type StreamConfig,
} from '../../engine';
import { uriSchemes } from '../ids';
import type { ConnectionChange, Connections } from './connections';
import { readLiveUri, type LiveConfiguration } from './configurationUris';
import { Disposables } from './disposables';
import type { RefreshRequest, RefreshRequests } from './refreshRequests';

/** How long after a look at the documents in sight the next one begins, in ms. */
const pollMs = 4000;

/** What was read within this time counts as new, in ms. */
const freshMs = 1000;

/** How long after a comparison its documents may open, in ms. */
const expectedMs = 10_000;

/** Requests under way at once. */
const requestsAtOnce = 4;

/** What the server said. Without `config` it has no such stream or consumer. */
type Answer = { config?: StreamConfig | ConsumerConfig; version: string; clustered: boolean } | { problem: string };

interface LiveDocument {
  uri: Uri;
  of: LiveConfiguration;
  answer: Answer;
  text: string;
  /** Of the document that it follows, when that was a configuration last. */
  form: string;
  asking?: Promise<void>;
  /** When the server answered last. */
  askedAt: number;
}

/**
 * The texts of documents that show a configuration as the server has it now (scheme `jetstream-live`). Each is read again
 * when one of our commands changed something, on `jetstream.refresh`, when the document that it follows changes, when the
 * connection comes back, and every few seconds while it is in sight and its context is connected.
 */
export class LiveDocuments implements Disposable {
  private readonly owned = new Disposables();
  private readonly changes = this.owned.add(new EventEmitter<Uri>());
  /** The text is another one now. */
  readonly onDidChange: Event<Uri> = this.changes.event;
  private readonly open = new Map<string, LiveDocument>();
  /** Addresses whose new text is known already when VS Code asks for it. */
  private readonly announced = new Set<string>();
  /** By the part of the address that says what a document shows. */
  private readonly expected = new Map<string, Answer>();
  private seen: ReadonlySet<LiveDocument> = new Set();
  private readonly watchers = new Map<string, Disposable>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: Connections,
    requests: RefreshRequests,
  ) {
    this.owned.add(requests.onDidRequest((request) => void this.refresh(request)));
    this.owned.add(connections.onDidChangeState((change) => void this.connectionChanged(change)));
    this.owned.add(workspace.onDidChangeTextDocument(({ document }) => void this.formChanged(document.uri)));
    this.owned.add(workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)));
    this.owned.add(window.onDidChangeVisibleTextEditors(() => void this.sightChanged()));
  }

  /** Tells what was read just now of a document that is about to be opened, so that it is not read again. */
  expect(uri: Uri, answer: { config?: StreamConfig | ConsumerConfig; version: string; clustered: boolean }): void {
    this.expected.set(uri.query, answer);
    setTimeout(() => this.expected.delete(uri.query), expectedMs).unref();
  }

  /** The text of a live document, as it is now: asks the server unless it was asked just before {@link onDidChange}. */
  async textOf(uri: Uri): Promise<string> {
    const known = this.open.get(uri.toString());
    if (known !== undefined && this.announced.delete(uri.toString())) return known.text;
    const of = readLiveUri(uri);
    if (of === undefined) return 'This is not the address of a configuration.';
    const document = known ?? { uri, of, answer: { problem: 'It was not read yet.' }, text: '', form: '', askedAt: 0 };
    this.open.set(uri.toString(), document);
    this.follow();
    const expected = this.expected.get(uri.query);
    if (expected === undefined) await this.ask(document);
    else Object.assign(document, { answer: expected, askedAt: Date.now() });
    this.expected.delete(uri.query);
    document.text = await this.write(document);
    this.pollSoon();
    return document.text;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.owned.dispose();
  }

  private async refresh({ context, stream }: RefreshRequest): Promise<void> {
    const concerned = [...this.open.values()].filter(
      ({ of }) => (context === undefined || of.context === context) && (stream === undefined || of.stream === stream),
    );
    await this.readAgain(concerned);
  }

  private async readAgain(documents: LiveDocument[]): Promise<void> {
    await inParallel(documents, requestsAtOnce, async (document) => {
      await this.ask(document);
      await this.update(document);
    });
  }

  /** Writes the document anew from what the server said last. */
  private async update(document: LiveDocument): Promise<void> {
    const text = await this.write(document);
    if (text === document.text || !this.open.has(document.uri.toString())) return;
    document.text = text;
    this.announced.add(document.uri.toString());
    this.changes.fire(document.uri);
  }

  /** Asks the server; a document that is being asked for is not asked for twice. */
  private ask(document: LiveDocument): Promise<void> {
    document.asking ??= this.answerFor(document.of).then((answer) => {
      document.answer = answer;
      document.askedAt = Date.now();
      delete document.asking;
    });
    return document.asking;
  }

  private async answerFor(of: LiveConfiguration): Promise<Answer> {
    try {
      return await this.connections.use(of.context, async (api) => {
        const config = await configOf(api, of);
        const { version, clusterName } = api.server;
        return { version, clustered: clusterName !== undefined, ...(config === undefined ? {} : { config }) };
      });
    } catch (error) {
      return { problem: messageOf(error) };
    }
  }

  private async write(document: LiveDocument): Promise<string> {
    const { answer, of } = document;
    if ('problem' in answer) {
      const what = of.consumer === undefined ? `stream ${of.stream}` : `consumer ${of.consumer} of stream ${of.stream}`;
      return `// The configuration of ${what} in context ${of.context} cannot be read.\n// ${answer.problem}\n`;
    }
    if (answer.config === undefined) return '';
    const form = of.form === undefined ? '' : await textOfDocument(of.form);
    // While a person types, the file is no JSON now and then: what it was before gives the form.
    if (isJson(form)) document.form = form;
    return inFormOf(of.consumer === undefined ? 'stream' : 'consumer', answer.config, document.form, answer);
  }

  private async formChanged(form: Uri): Promise<void> {
    const followers = [...this.open.values()].filter(({ of }) => of.form?.toString() === form.toString());
    for (const document of followers) await this.update(document);
  }

  private async connectionChanged({ context, state, before }: ConnectionChange): Promise<void> {
    const documents = [...this.open.values()].filter(({ of, asking }) => of.context === context && !asking);
    const visible = this.inSight();
    if (state.kind === 'connected') {
      const back = before.kind === 'disconnected';
      await this.readAgain(documents.filter(({ answer }) => back || 'problem' in answer));
      this.pollSoon();
    } else if (state.kind === 'disconnected' || state.kind === 'failed') {
      // What was read before may be old now, and must not be taken for live.
      for (const document of documents) document.answer = { problem: state.error.message };
      await Promise.all(documents.map((document) => this.update(document)));
    } else if (state.kind === 'closed') {
      // The context is another one now, or is gone.
      await this.readAgain(documents.filter((document) => visible.includes(document)));
    }
  }

  /** What comes into sight is read at once; nobody looked after it while it was hidden. */
  private async sightChanged(): Promise<void> {
    const before = this.seen;
    const visible = this.inSight();
    this.seen = new Set(visible);
    const now = Date.now();
    await this.readAgain(visible.filter((document) => !before.has(document) && now - document.askedAt > freshMs));
    this.pollSoon();
  }

  private forget(uri: Uri): void {
    if (uri.scheme !== uriSchemes.live) return;
    this.open.delete(uri.toString());
    this.announced.delete(uri.toString());
    this.follow();
  }

  /** Watches the folders of the files that documents follow, also where no editor shows them. */
  private follow(): void {
    const forms = [...this.open.values()].flatMap(({ of }) => (of.form?.scheme === 'file' ? [of.form] : []));
    const folders = new Map(forms.map((form) => [posix.dirname(form.path), form]));
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.dispose();
      this.watchers.delete(folder);
    }
    for (const [folder, form] of folders) {
      if (this.watchers.has(folder)) continue;
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(form.with({ path: folder }), '*.json'));
      const listeners = [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete].map((event) =>
        event((uri) => void this.formChanged(uri)),
      );
      this.watchers.set(folder, Disposable.from(watcher, ...listeners));
    }
  }

  private inSight(): LiveDocument[] {
    const visible = new Set(window.visibleTextEditors.map(({ document }) => document.uri.toString()));
    return [...this.open.values()].filter(({ uri }) => visible.has(uri.toString()));
  }

  /** A server that cannot be reached is not asked; its connection tells when it is there again. */
  private pollSoon(): void {
    const reachable = ({ of }: LiveDocument) =>
      ['closed', 'connected'].includes(this.connections.stateOf(of.context).kind);
    const toAsk = () => this.inSight().filter(reachable);
    if (this.timer !== undefined || toAsk().length === 0) return;
    this.timer = setTimeout(() => {
      void this.readAgain(toAsk()).finally(() => {
        this.timer = undefined;
        this.pollSoon();
      });
    }, pollMs);
  }
}

/** Undefined where the server has no such stream or consumer. */
async function configOf(
  api: JetStreamApi,
  { stream, consumer }: LiveConfiguration,
): Promise<StreamConfig | ConsumerConfig | undefined> {
  if (consumer === undefined) return (await api.findStream(stream))?.config;
  try {
    return (await api.findConsumer(stream, consumer))?.config;
  } catch (error) {
    if (isBackupError(error) && error.code === 'streamNotFound') return undefined;
    throw error;
  }
}

/** With what is not saved yet; empty where it cannot be read. */
async function textOfDocument(uri: Uri): Promise<string> {
  try {
    return (await workspace.openTextDocument(uri)).getText();
  } catch {
    return '';
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
