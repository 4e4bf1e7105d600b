import { EventEmitter, type Disposable, type Event } from 'vscode';

/** What is to be read again: one context, or everything. */
export interface RefreshRequest {
  context?: string;
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
