import { isBackupError } from '../errors';
import type {
  AccountInfo,
  ConsumerConfig,
  ConsumerInfo,
  ConsumerListing,
  JsonObject,
  StreamConfig,
  StreamInfo,
  StreamListing,
} from '../model';
import { inParallel } from '../util/inParallel';
import { apiRequest, serverCodes } from './apiRequest';
import type { ServerConnection, ServerFacts } from './serverConnection';
import { listOf, numberOf, objectOf, textOf, toAccountInfo, toConsumerInfo, toStreamInfo } from './replies';
import { serverRules, type ServerRules } from './serverRules';

/** Pages asked for side by side; more would only queue on the server. */
const pagesAtOnce = 4;

/** The handful of JetStream requests that jobs and views make of a server. Each fails as {@link apiRequest} does. */
export class JetStreamApi {
  readonly rules: ServerRules;
  /** What the server said of itself when this was made; known also after the connection has ended. */
  readonly server: ServerFacts;

  constructor(readonly connection: ServerConnection) {
    this.server = connection.info;
    this.rules = serverRules(this.server.version);
  }

  async accountInfo(): Promise<AccountInfo> {
    return toAccountInfo(await apiRequest(this.connection, 'INFO', 'Reading the JetStream account'));
  }

  /** All streams of the account, sorted by name. */
  async listStreams(): Promise<StreamListing> {
    const what = 'Listing the streams';
    const pages = await this.pages('STREAM.LIST', 'streams', what);
    const streams = pages.flatMap((page) => listOf(page['streams']).map((each) => toStreamInfo(objectOf(each))));
    return { streams: lastOfEach(streams, (each) => each.config.name), missing: missingOf(pages) };
  }

  async streamNames(): Promise<string[]> {
    const pages = await this.pages('STREAM.NAMES', 'streams', 'Listing the names of the streams');
    return [...new Set(pages.flatMap((page) => listOf(page['streams']).map(textOf)))].sort(compareNames);
  }

  /** In a cluster a stream without a leader answers with a timeout or another server's error, never with 404. */
  async streamInfo(stream: string): Promise<StreamInfo> {
    return toStreamInfo(await apiRequest(this.connection, `STREAM.INFO.${stream}`, `Reading stream ${stream}`));
  }

  /** Like {@link streamInfo}, with undefined for a stream that is not there. */
  async findStream(stream: string): Promise<StreamInfo | undefined> {
    try {
      return await this.streamInfo(stream);
    } catch (error) {
      if (isBackupError(error) && error.code === 'streamNotFound') return undefined;
      throw error;
    }
  }

  /** All consumers of a stream, sorted by name. */
  async listConsumers(stream: string): Promise<ConsumerInfo[]> {
    return (await this.consumerListing(stream)).consumers;
  }

  /** The same, with the names of those that no server answered for. */
  async consumerListing(stream: string): Promise<ConsumerListing> {
    const what = `Listing the consumers of stream ${stream}`;
    const pages = await this.pages(`CONSUMER.LIST.${stream}`, 'consumers', what);
    const consumers = pages.flatMap((page) => listOf(page['consumers']).map((each) => toConsumerInfo(objectOf(each))));
    return { consumers: lastOfEach(consumers, (each) => each.name), missing: missingOf(pages) };
  }

  /** @returns undefined for a consumer that is not there */
  async findConsumer(stream: string, consumer: string): Promise<ConsumerInfo | undefined> {
    const subject = `CONSUMER.INFO.${stream}.${consumer}`;
    try {
      return toConsumerInfo(await apiRequest(this.connection, subject, `Reading consumer ${consumer} of ${stream}`));
    } catch (error) {
      if (isBackupError(error) && error.serverCode === serverCodes.consumerNotFound) return undefined;
      throw error;
    }
  }

  /** Fails if the stream exists with another configuration; with the same one the server answers as if it made it. */
  async createStream(config: StreamConfig): Promise<StreamInfo> {
    const subject = `STREAM.CREATE.${config.name}`;
    return toStreamInfo(await apiRequest(this.connection, subject, `Creating stream ${config.name}`, config, 20_000));
  }

  /** Replaces the whole configuration: a field that is left out gets its default. */
  async updateStream(config: StreamConfig): Promise<StreamInfo> {
    const subject = `STREAM.UPDATE.${config.name}`;
    return toStreamInfo(await apiRequest(this.connection, subject, `Updating stream ${config.name}`, config, 20_000));
  }

  /** From 2.10 on it fails if the consumer exists with another configuration; older servers update it then. */
  async createConsumer(stream: string, config: ConsumerConfig): Promise<ConsumerInfo> {
    return await this.putConsumer(stream, config, 'create');
  }

  /** Replaces the whole configuration: a field that is left out gets its default. */
  async updateConsumer(stream: string, config: ConsumerConfig): Promise<ConsumerInfo> {
    return await this.putConsumer(stream, config, 'update');
  }

  async deleteStream(stream: string): Promise<void> {
    await apiRequest(this.connection, `STREAM.DELETE.${stream}`, `Deleting stream ${stream}`, undefined, 30_000);
  }

  private async putConsumer(
    stream: string,
    config: ConsumerConfig,
    action: 'create' | 'update',
  ): Promise<ConsumerInfo> {
    const name = config.durable_name ?? config.name ?? '';
    const subject = config.durable_name === undefined ? `CONSUMER.CREATE.${stream}` : durableSubject(stream, name);
    const what = `${action === 'create' ? 'Creating' : 'Updating'} consumer ${name} of ${stream}`;
    const body = { stream_name: stream, config, ...(this.rules.consumerActions ? { action } : {}) };
    return toConsumerInfo(await apiRequest(this.connection, subject, what, body, 20_000));
  }

  /**
   * Reads a paged listing: the first page tells how many entries there are, the others are asked for side by side. A
   * listing that changes meanwhile may show an entry twice; the entry read last counts.
   */
  private async pages(subject: string, list: string, what: string): Promise<JsonObject[]> {
    const page = (offset: number) => apiRequest(this.connection, subject, what, { offset }, 20_000);
    const first = await page(0);
    const size = listOf(first[list]).length;
    const total = numberOf(first['total']);
    if (size === 0 || total <= size) return [first];
    const offsets = Array.from({ length: Math.ceil(total / size) - 1 }, (_, index) => (index + 1) * size);
    return [first, ...(await inParallel(offsets, pagesAtOnce, page))];
  }
}

function missingOf(pages: JsonObject[]): string[] {
  return [...new Set(pages.flatMap((page) => listOf(page['missing']).map(textOf)))].sort(compareNames);
}

/** By code unit, so that every machine sorts alike. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted by name; of entries that stand on two pages the one read last. */
function lastOfEach<T>(entries: T[], nameOf: (entry: T) => string): T[] {
  const byName = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return [...byName.values()].sort((a, b) => compareNames(nameOf(a), nameOf(b)));
}

function durableSubject(stream: string, name: string): string {
  return `CONSUMER.DURABLE.CREATE.${stream}.${name}`;
}
