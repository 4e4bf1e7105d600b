import type { AccountInfo, ConsumerConfig, JsonObject, StreamConfig } from '../model';
import type { AccountStreams } from './accountStreams';

/** What the rules of configuration need to know of a server. */
export interface JudgedServer {
  /** As the server writes it. */
  version: string;
  /** Whether it is part of a cluster. */
  clustered: boolean;
  /** The account's streams, as the same plan makes them before. */
  streams: Pick<AccountStreams, 'find' | 'overlapWith' | 'reservedWithout' | 'size'>;
  /** What the account may have. Where it is absent or by tiers only the server can tell. */
  account?: Pick<AccountInfo, 'limits' | 'tiered'>;
  /** For a consumer: its stream, as it is when the consumer is sent. Without it no rule of the stream is applied. */
  stream?: StreamConfig;
  /** For a consumer the others of its stream, for a stream its own, as far as they are known. */
  consumers?: readonly ConsumerConfig[];
}

/** A rule that a configuration breaks. */
export interface Violation {
  /** Fields that the rule is about, the one to blame first: it is blamed on the first that changes, else on the first. */
  fields: readonly string[];
  /** The rule and what to do, in plain sentences. */
  reason: string;
}

/** What a rule looks at: normal forms, `wanted` as the server would store it. */
export interface Judged {
  /** As it is on the server; absent when it is created. */
  live?: JsonObject;
  wanted: JsonObject;
  server: JudgedServer;
}

export type Rule = (judged: Judged) => Violation | Violation[] | undefined;

export function violation(fields: string, reason: string): Violation {
  return { fields: fields.split(' '), reason };
}
