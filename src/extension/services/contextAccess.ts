import {
  connectServer,
  ContextStore,
  JetStreamApi,
  resolveContext,
  type ConnectionSettings,
  type StreamInfo,
} from '../../engine';
import type { RestoredStream } from './resultPages';

/** The contexts on disk and what their servers say, each asked over a short connection. */
export class ContextAccess {
  private readonly store = new ContextStore();

  async names(): Promise<string[]> {
    return (await this.store.list()).map((entry) => entry.name);
  }

  async selected(): Promise<string | undefined> {
    return await this.store.selected();
  }

  async settings(context: string): Promise<ConnectionSettings> {
    return await resolveContext(context, await this.store.read(context), { allowPrograms: false });
  }

  async listStreams(context: string): Promise<StreamInfo[]> {
    return await this.ask(context, async (api) => (await api.listStreams()).streams);
  }

  async readRestored(context: string, stream: string): Promise<Omit<RestoredStream, 'result'>> {
    return await this.ask(context, async (api) => {
      const [info, consumers] = await Promise.all([api.streamInfo(stream), api.listConsumers(stream)]);
      return { info, consumers };
    });
  }

  private async ask<T>(context: string, question: (api: JetStreamApi) => Promise<T>): Promise<T> {
    const connection = await connectServer(await this.settings(context), { purpose: 'shared' });
    try {
      return await question(new JetStreamApi(connection));
    } finally {
      await connection.close();
    }
  }
}
