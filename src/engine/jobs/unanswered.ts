import { BackupError } from '../errors';
import type { StreamInfo, StreamListing } from '../model';

/** What is said of a stream that the account has and no server answered for. */
export function unanswered(stream: string): BackupError {
  const text = `Stream ${stream}: no server answered for it. It has no leader, or its servers are offline: start them, then try again.`;
  return new BackupError('timeout', text);
}

/**
 * What is said of a stream whose replicas answer and have no leader: it takes no change, a server would only not answer.
 * Undefined for one that has a leader, and on a server of its own.
 */
export function leaderless({ config, cluster }: StreamInfo): BackupError | undefined {
  if (cluster === undefined || (cluster.leader ?? '') !== '') return undefined;
  const others = cluster.replicas.map(({ name }) => name).join(', ');
  const text = `Stream ${config.name} has no leader, so that it takes no change. Start its other servers (${others}), then try again.`;
  return new BackupError('timeout', text);
}

/** The same of a consumer. */
export function unansweredConsumer(stream: string, consumer: string): BackupError {
  const text = `Consumer ${consumer} of stream ${stream}: no server answered for it. It has no leader, or its servers are offline: start them, then try again.`;
  return new BackupError('timeout', text);
}

/**
 * The streams that a server answered for. Of one whose servers are all offline a listing has the configuration, but no
 * messages and no consumers, as if it were empty.
 */
export function answered({ streams, missing }: StreamListing): StreamInfo[] {
  const silent = new Set(missing);
  return silent.size === 0 ? streams : streams.filter(({ config }) => !silent.has(config.name));
}
