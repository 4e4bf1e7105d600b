import { EventEmitter, Uri, window, type Disposable, type Event } from 'vscode';
import {
  compareNames,
  type ConsumerInfo,
  type RestoreResult,
  type StreamInfo,
  type StreamRestoreResult,
} from '../../engine';
import { uriSchemes } from '../ids';

/** One restored stream, with what the server says of it. */
export interface RestoredStream {
  result: StreamRestoreResult;
  info: StreamInfo;
  consumers: ConsumerInfo[];
}

export interface ResultPage {
  uri: Uri;
  context: string;
  streams: RestoredStream[];
  at: Date;
}

/** Reads a restored stream from its server. */
export type ReadRestored = (context: string, stream: string) => Promise<Omit<RestoredStream, 'result'>>;

/** Pages kept for this window, so that an editor that is opened again still shows its own. */
const pagesKept = 20;

/** The result pages of this window: what a restore brought, to be shown by the editor that knows how. */
export class ResultPages implements Disposable {
  private readonly pages = new Map<string, ResultPage>();
  private readonly emitter = new EventEmitter<Uri>();
  readonly onDidChange: Event<Uri> = this.emitter.event;

  constructor(private readonly read: ReadRestored) {}

  find(uri: Uri): ResultPage | undefined {
    return this.pages.get(uri.toString());
  }

  /** Makes the page of a restore and shows it. @throws BackupError if the streams cannot be read */
  async open(context: string, result: RestoreResult): Promise<ResultPage> {
    const restored = result.streams.filter((stream) => stream.actual !== undefined);
    const streams = await Promise.all(
      restored.map(async (stream) => ({ result: stream, ...(await this.read(context, stream.restoredAs)) })),
    );
    streams.sort((a, b) => compareNames(a.result.name, b.result.name));
    const [first] = streams;
    const title = streams.length === 1 && first !== undefined ? first.result.restoredAs : `${streams.length} streams`;
    const at = new Date();
    const path = `/Information for Stream ${title.replaceAll('/', '_')}.txt`;
    const uri = Uri.from({ scheme: uriSchemes.result, path, query: String(at.getTime()) });
    const page = { uri, context, streams, at };
    this.keep(page);
    await this.show(page);
    return page;
  }

  async show(page: ResultPage): Promise<void> {
    await window.showTextDocument(page.uri, { preview: true });
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private keep(page: ResultPage): void {
    this.pages.set(page.uri.toString(), page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > pagesKept && oldest !== undefined) this.pages.delete(oldest);
  }
}
