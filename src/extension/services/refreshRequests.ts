import { EventEmitter, type Disposable, type Event } from 'vscode';

/** What is to be read again: a stream, a context, or everything. */
export interface RefreshRequest {
  context?: string;
  /** A stream of the context. */
  stream?: string;
}

/** Where those who changed something tell those who show it. */
export class RefreshRequests implements Disposable {
  private readonly emitter = new EventEmitter<RefreshRequest>();
  readonly onDidRequest: Event<RefreshRequest> = this.emitter.event;

  request(what: RefreshRequest = {}): void {
    this.emitter.fire(what);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
