import type { SourceConfiguration } from '../backupSet/configurationSource';
import { differencesOf } from '../config/differences';
import { object } from '../config/normalForm';
import type { BackupError } from '../errors';
import type { ConsumerConfig, StreamInfo, StreamListing } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { RunProgress } from '../progress';
import { CountMeter } from './countMeter';
import { readConsumers } from './readLiveConfigurations';
import { answered, leaderless, unanswered, unansweredConsumer } from './unanswered';

/** What a plan is compared with. */
export interface Live {
  /** Those that a server answered for. */
  streams: Map<string, StreamInfo>;
  /** By stream and then by name, as far as they were asked for: the durable ones. */
  consumers: Map<string, Map<string, ConsumerConfig>>;
  /** By stream: those that clients made for themselves. */
  ephemeral: Map<string, ConsumerConfig[]>;
  /** Why a stream, all its consumers, or one of these could not be read. */
  unread: {
    streams: Map<string, BackupError>;
    consumers: Map<string, BackupError>;
    consumer: Map<string, BackupError>;
  };
}

/**
 * Consumers are read only of streams whose consumers are in the source, or whose limits for consumers change. What does
 * not answer keeps nothing else from being read.
 *
 * @throws BackupError `cancelled`
 */
export async function liveForPlan(
  api: JetStreamApi,
  listing: StreamListing,
  chosen: readonly SourceConfiguration[],
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<Live> {
  const streams = answered(listing);
  const live: Live = {
    streams: new Map(streams.map((info) => [info.config.name, info])),
    consumers: new Map(),
    ephemeral: new Map(),
    unread: {
      streams: new Map([
        ...streams.flatMap((info): [string, BackupError][] => {
          const error = leaderless(info);
          return error === undefined ? [] : [[info.config.name, error]];
        }),
        ...listing.missing.map((name): [string, BackupError] => [name, unanswered(name)]),
      ]),
      consumers: new Map(),
      consumer: new Map(),
    },
  };
  const asked = new Set(chosen.filter((each) => needsConsumers(each, live)).map(({ stream }) => stream));
  const withConsumers = streams.filter(({ config }) => asked.has(config.name) && !live.unread.streams.has(config.name));
  const meter = new CountMeter('read', withConsumers.length, report);
  for (const read of await readConsumers(api, withConsumers, signal, () => meter.step())) {
    const { name: stream } = read.info.config;
    if (read.error !== undefined) live.unread.consumers.set(stream, read.error);
    for (const name of read.missing) live.unread.consumer.set(keyOf(stream, name), unansweredConsumer(stream, name));
    live.consumers.set(stream, new Map(read.consumers.map(({ name, config }) => [name, config])));
    live.ephemeral.set(
      stream,
      read.ephemeral.map(({ name, config }) => ({ name, ...config })),
    );
  }
  return live;
}

export function keyOf(stream: string, consumer: string): string {
  return `${stream}\0${consumer}`;
}

function needsConsumers(source: SourceConfiguration, { streams }: Live): boolean {
  if (source.kind === 'consumer') return true;
  const limits = object(source.config, 'consumer_limits') ?? {};
  const before = object(streams.get(source.stream)?.config ?? {}, 'consumer_limits') ?? {};
  return differencesOf(before, limits).length > 0;
}
