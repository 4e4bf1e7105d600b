import type { ConfigurationKind, FieldChange } from '../configurationResults';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { minorOf } from '../util/serverVersion';
import { withoutServerMetadata } from './canonicalJson';
import { differencesOf } from './differences';
import { plainValue } from './plainValue';
import { knownToServer } from './serverFields';

/** What the rules of configuration need to know of a server. */
export interface JudgedServer {
  /** As the server writes it. */
  version: string;
  /** Whether it is part of a cluster. */
  clustered: boolean;
  /** Configurations of the account's other streams, and of those that the same plan makes before. */
  streams: readonly StreamConfig[];
}

/**
 * What the server does with each changed field of a stream that exists, when `wanted` is sent as its whole
 * configuration. Defaults count as set, so that a field left out is its default; no change is an empty list.
 */
export function judgeStreamUpdate(live: StreamConfig, wanted: StreamConfig, server: JudgedServer): FieldChange[] {
  return judge('stream', live, wanted, server);
}

/** The same for a consumer that exists. */
export function judgeConsumerUpdate(live: ConsumerConfig, wanted: ConsumerConfig, server: JudgedServer): FieldChange[] {
  return judge('consumer', live, wanted, server);
}

/** The fields that the server refuses or ignores when a stream or consumer is created from `wanted`. */
export function judgeCreate(kind: ConfigurationKind, wanted: JsonObject, server: JudgedServer): FieldChange[] {
  return judge(kind, {}, wanted, server).filter(({ verdict }) => verdict !== 'applies');
}

/**
 * What is sent: the configuration without the server's own metadata, and without fields at their default that the server
 * does not know.
 */
export function configurationToSend<T extends JsonObject>(kind: ConfigurationKind, wanted: T, version: string): T {
  if (kind === 'consumer') return withoutServerMetadata(wanted);
  const known = knownToServer(wanted as unknown as StreamConfig, minorOf(version)).config;
  return withoutServerMetadata(known) as unknown as T;
}

function judge(kind: ConfigurationKind, live: JsonObject, wanted: JsonObject, server: JudgedServer): FieldChange[] {
  void kind;
  void server;
  return differencesOf(withoutServerMetadata(live), withoutServerMetadata(wanted)).map(({ field, from, to }) => ({
    field,
    from: plainValue(from),
    to: plainValue(to),
    verdict: 'applies' as const,
  }));
}
