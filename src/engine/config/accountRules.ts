import type { AccountLimits } from '../model';
import { formatBytes } from '../util/formatBytes';
import { isAtLeast } from '../util/serverVersion';
import { reservationOf } from './accountStreams';
import { violation, type Judged, type JudgedServer, type Rule, type Violation } from './judgedServer';
import { integer, text } from './normalForm';

/** What an account with limits asks of every stream, made anew or changed. */
export const accountRules: readonly Rule[] = [largestStream, consumersOfStream, reservedBytes];

/** Only when a stream is made. */
export const accountCreateRules: readonly Rule[] = [streamCount];

/** Limits that hold for any number of replicas; undefined where only the server can tell. */
export function limitsOf({ account }: JudgedServer): AccountLimits | undefined {
  return account === undefined || account.tiered ? undefined : account.limits;
}

/** What is said of a change where only the server can tell. */
export function tierNote(field: string, { account }: JudgedServer): string | undefined {
  if (account?.tiered !== true || (field !== 'max_bytes' && field !== 'num_replicas')) return undefined;
  return 'The account has limits for each number of replicas: the server decides whether there is room.';
}

function streamCount({ server }: Judged): Violation | undefined {
  const most = Number(limitsOf(server)?.maxStreams ?? 0);
  if (most <= 0 || server.streams.size < most) return undefined;
  return violation(
    'name',
    `The account may have ${most.toLocaleString('en')} streams, and it has them (10027). Raise the limit, or delete a stream.`,
  );
}

function largestStream({ wanted, server }: Judged): Violation | undefined {
  const limits = limitsOf(server);
  if (limits === undefined) return undefined;
  const bytes = integer(wanted, 'max_bytes');
  if (limits.maxBytesRequired && bytes <= 0n)
    return violation('max_bytes', 'In this account every stream has a limit of its size (10113). Set max_bytes.');
  const most = BigInt(reservationOf(wanted).inMemory ? limits.maxMemoryStreamBytes : limits.maxStorageStreamBytes);
  if (most <= 0n || bytes <= most) return undefined;
  return violation('max_bytes', `In this account max_bytes of such a stream is at most ${most} (10122). Lower it.`);
}

function consumersOfStream({ wanted, server }: Judged): Violation | undefined {
  const most = BigInt(limitsOf(server)?.maxConsumers ?? 0);
  if (most <= 0n || integer(wanted, 'max_consumers') <= most) return undefined;
  return violation(
    'max_consumers',
    `In this account a stream has at most ${most} consumers (10026). Lower max_consumers.`,
  );
}

/** A stream reserves its max_bytes, once for each replica; one without max_bytes needs a byte when it is made. */
function reservedBytes({ wanted, live, server }: Judged): Violation | undefined {
  const limits = limitsOf(server);
  if (limits === undefined) return undefined;
  const { inMemory, replicas, bytes } = reservationOf(wanted);
  const most = BigInt(inMemory ? limits.maxMemory : limits.maxStorage);
  if (most < 0n) return undefined;
  const others = server.streams
    .reservedWithout(text(wanted, 'name'))
    .filter((other) => other.inMemory === inMemory)
    .reduce((sum, other) => sum + other.bytes * countedReplicas(other.replicas, replicas, server), 0n);
  const own = live === undefined && bytes === 0n ? 1n : bytes * replicas;
  if (others + own <= most) return undefined;
  const [what, code] = inMemory ? ['memory', 10028] : ['storage', 10047];
  return violation(
    'max_bytes num_replicas storage',
    `The account has ${formatBytes(Number(most))} of ${what}, of which other streams reserve ${formatBytes(Number(others))} by their max_bytes (${code}). Lower max_bytes, or raise the limit.`,
  );
}

/** Between 2.11 and 2.14.4 a cluster counts the others with the replicas of this one: the fewer are certain. */
function countedReplicas(replicas: bigint, own: bigint, { clustered, version }: JudgedServer): bigint {
  const certain = !clustered || !isAtLeast(version, 11) || isAtLeast(version, 14, 5);
  return certain || replicas < own ? replicas : own;
}
