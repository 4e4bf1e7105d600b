import type { Manifest, StreamOutcome } from './manifest';

/** A set in a line or two. */
export interface SetSummary {
  context: string;
  /** RFC 3339, UTC. */
  started: string;
  finished: string;
  serverVersion: string;
  /** Streams asked for, by what became of them. */
  outcomes: Record<StreamOutcome, number>;
  /** Of those backed up, how many were proved whole while they were written. */
  verified: number;
  messages: number;
  bytes: number;
  archiveBytes: number;
}

export function summarize({ context, started, finished, server, streams }: Manifest): SetSummary {
  const outcomes = { backedUp: 0, configurationOnly: 0, failed: 0, cancelled: 0 };
  const summary = { verified: 0, messages: 0, bytes: 0, archiveBytes: 0 };
  for (const stream of streams) {
    outcomes[stream.outcome]++;
    if (stream.outcome !== 'backedUp') continue;
    if (stream.verified) summary.verified++;
    summary.messages += stream.messages;
    summary.bytes += stream.bytes;
    summary.archiveBytes += stream.archiveBytes;
  }
  return { context, started, finished, serverVersion: server.version, outcomes, ...summary };
}
