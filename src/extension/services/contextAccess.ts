import type { JetStreamApi, StreamInfo } from '../../engine';
import type { Connections } from './connections';
import type { Contexts } from './contexts';
import type { RestoredStream } from './resultPages';

/** What commands and pages ask of contexts and their servers, over the shared connections. */
export class ContextAccess {
  constructor(
    private readonly contexts: Contexts,
    private readonly connections: Connections,
  ) {}

  async names(): Promise<string[]> {
    return (await this.contexts.list()).entries.map((entry) => entry.name);
  }

  async selected(): Promise<string | undefined> {
    return (await this.contexts.list()).selected;
  }

  /** @throws BackupError why the server cannot be reached */
  async listStreams(context: string): Promise<StreamInfo[]> {
    return await this.ask(context, async (api) => (await api.listStreams()).streams);
  }

  async readRestored(context: string, stream: string): Promise<Omit<RestoredStream, 'result'>> {
    return await this.ask(context, async (api) => {
      const [info, consumers] = await Promise.all([api.streamInfo(stream), api.listConsumers(stream)]);
      return { info, consumers };
    });
  }

  private ask<T>(context: string, question: (api: JetStreamApi) => Promise<T>): Promise<T> {
    return this.connections.use(context, question);
  }
}
