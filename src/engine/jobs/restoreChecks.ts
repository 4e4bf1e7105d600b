import { replicasProblem } from '../config/replicas';
import { knownToServer } from '../config/serverFields';
import type { AccountStreams } from '../config/accountStreams';
import { BackupError } from '../errors';
import type { AccountInfo, ArchiveSummary, StreamConfig, StreamState } from '../model';
import type { ServerRules } from '../nats/serverRules';
import { formatBytes } from '../util/formatBytes';
import { withOverrides, type RestoreOverrides } from './overrides';

/** What the checks know of the server before the first byte is sent. */
export interface TargetServer {
  rules: ServerRules;
  /** Whether the server is part of a cluster. */
  clustered: boolean;
  account: AccountInfo;
  /** Streams that exist, and those of this plan that come before. */
  streams: AccountStreams;
  /** Bytes that the plan's streams before this one will take. */
  plannedBytes: number;
  now: Date;
}

/** The configuration that is sent: the backup's with the overrides, without what this server does not know. */
export function configToSend(
  config: StreamConfig,
  summary: ArchiveSummary,
  overrides: RestoreOverrides,
  rules: ServerRules,
): { config: StreamConfig; warnings: string[] } {
  const wanted = withOverrides(config, overrides);
  // A first_seq above the archive's first message restores an empty stream with a success reply (V1).
  if (wanted.first_seq !== undefined && summary.messages > 0 && BigInt(wanted.first_seq) > summary.firstSeq) {
    delete wanted.first_seq;
  }
  const { config: known, dropped } = knownToServer(wanted, rules.version);
  const warnings =
    dropped.length === 0
      ? []
      : [`nats-server ${rules.version} does not know ${dropped.join(', ')}: the stream is restored without.`];
  return { config: known, warnings };
}

/**
 * What this server would refuse, some of it only after the whole upload, or accept and lose.
 *
 * @throws BackupError for a refusal
 * @returns what a person should know, and whether messages of the backup will not last
 */
export function checkAgainstServer(
  config: StreamConfig,
  summary: ArchiveSummary,
  times: Pick<StreamState, 'firstTime' | 'lastTime'>,
  server: TargetServer,
): { warnings: string[]; trimmed: boolean } {
  checkArchive(config, summary, server.rules);
  checkReplicas(config, server);
  checkSubjects(config, server);
  checkQuota(config, summary, server);
  const warnings = [
    ...(summary.messages === 0 ? [] : checkAge(config, times, server.now)),
    ...checkLimits(config, summary),
  ];
  return { warnings, trimmed: warnings.length > 0 };
}

function checkArchive(config: StreamConfig, summary: ArchiveSummary, rules: ServerRules): void {
  const refuse = (text: string) => new BackupError('notSupported', `Stream ${config.name}: ${text}`);
  if (summary.format === 'v2' && !rules.readsArchiveV2) {
    throw refuse(
      `the archive is of server 2.15 or later, which nats-server ${rules.version} cannot read. Restore it to 2.15 or later.`,
    );
  }
  if (summary.hasTombstones && !rules.readsTombstones) {
    throw refuse(
      `the archive holds deletes in a form that nats-server ${rules.version} takes for messages (server 2.10 and later ` +
        `know it): its sequences would be destroyed. Restore it to 2.10 or later.`,
    );
  }
  if (summary.format === 'v1' && config.storage === 'memory' && summary.messages > 0) {
    throw refuse(
      'a server restores this archive into memory storage as an empty stream. Restore it with storage "file".',
    );
  }
}

function checkReplicas(config: StreamConfig, server: TargetServer): void {
  const replicas = config.num_replicas ?? 1;
  const problem = replicasProblem(BigInt(replicas), server.clustered);
  if (problem === undefined) return;
  const text = `Stream ${config.name} has ${replicas} replicas and ${problem.rule}. Restore it with replicas ${problem.allowed}.`;
  throw new BackupError('notSupported', text, { option: 'replicas', serverCode: problem.code });
}

function checkSubjects(config: StreamConfig, server: TargetServer): void {
  const overlap = server.streams.overlapWith(config);
  if (overlap === undefined) return;
  const text =
    `Stream ${config.name} takes subject ${overlap.subject}, which overlaps ${overlap.taken} of stream ${overlap.stream}. ` +
    `Restore it with other subjects, or change that stream first.`;
  throw new BackupError('serverError', text, { serverCode: 10065 });
}

/** Accounts with limits by tier report them elsewhere; there the server decides. */
function checkQuota(
  config: StreamConfig,
  summary: ArchiveSummary,
  { account, streams, plannedBytes }: TargetServer,
): void {
  const { maxStorage, maxStreams } = account.limits;
  if (BigInt(maxStreams) > 0n && streams.size >= Number(maxStreams)) {
    const text = `Stream ${config.name}: the account may have ${maxStreams} streams and would have more. Raise the limit.`;
    throw new BackupError('serverError', text, { serverCode: 10027 });
  }
  const needed = summary.bytes * (config.num_replicas ?? 1);
  const used = account.storage + plannedBytes;
  if (config.storage === 'memory' || BigInt(maxStorage) <= 0n || used + needed <= Number(maxStorage)) return;
  const text =
    `Stream ${config.name} needs ${formatBytes(needed)}; the account uses ${formatBytes(used)} of ` +
    `${formatBytes(Number(maxStorage))}. Free space or raise the limit.`;
  throw new BackupError('serverError', text, { serverCode: 10047 });
}

/** Messages older than `max_age` vanish as soon as they are restored. */
function checkAge(config: StreamConfig, times: Pick<StreamState, 'firstTime' | 'lastTime'>, now: Date): string[] {
  const age = BigInt(config.max_age ?? 0);
  if (age <= 0n) return [];
  const oldestKept = now.getTime() - Number(age / 1_000_000n);
  const hours = Number(age / 1_000_000_000n) / 3600;
  const limit = `max_age is ${hours >= 1 ? `${+hours.toFixed(1)} h` : `${+(hours * 60).toFixed(1)} min`}`;
  if (isBefore(times.lastTime, oldestKept)) {
    const text =
      `Stream ${config.name}: ${limit} and its newest message is of ${times.lastTime}, so the server would drop all of ` +
      `them at once. Restore it with a configuration whose max_age is longer, or 0.`;
    throw new BackupError('archiveMismatch', text, { option: 'config' });
  }
  if (!isBefore(times.firstTime, oldestKept)) return [];
  return [`${limit}: messages older than that are dropped as soon as they are restored.`];
}

/** Limits below what the archive holds, as an override may set them, act while the server restores. */
function checkLimits(config: StreamConfig, summary: ArchiveSummary): string[] {
  const limits = [
    ['max_msgs', config.max_msgs, summary.messages],
    ['max_bytes', config.max_bytes, summary.bytes],
  ] as const;
  return limits.flatMap(([field, limit, held]) =>
    limit !== undefined && limit > 0 && held > limit
      ? [`${field} is ${limit}: the server removes what is above it.`]
      : [],
  );
}

/** The zero time of Go stands for no time. */
function isBefore(time: string, milliseconds: number): boolean {
  return time !== '' && !time.startsWith('0001-') && Date.parse(time) < milliseconds;
}
