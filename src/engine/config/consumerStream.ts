import { isAtLeast } from '../util/serverVersion';
import { limitsOf } from './accountRules';
import { violation, type Judged, type Violation } from './judgedServer';
import { integer, object } from './normalForm';

/** Replicas, which depend on those of the stream. */
export function replicas({ wanted, server }: Judged): Violation | undefined {
  const wantedReplicas = integer(wanted, 'num_replicas');
  if (wantedReplicas < 0n)
    return violation('num_replicas', 'num_replicas must not be negative (10133). Set 0: as many as the stream has.');
  if (wantedReplicas > 1n && !server.clustered) {
    return violation('num_replicas', 'A server without a cluster has no replicas (10074). Set num_replicas to 0 or 1.');
  }
  if (server.stream === undefined || wantedReplicas === 0n) return undefined;
  const own = integer(server.stream, 'num_replicas') || 1n;
  if (wantedReplicas > own) {
    return violation(
      'num_replicas',
      `A consumer has no more replicas than its stream, which has ${own} (10126). Set ${own} or less.`,
    );
  }
  const { retention } = server.stream;
  if (
    wantedReplicas === own ||
    (retention !== 'interest' && retention !== 'workqueue') ||
    !isAtLeast(server.version, 10)
  )
    return undefined;
  return violation(
    'num_replicas',
    `On a stream with retention "${retention}" a consumer has as many replicas as the stream: ${own} (10134). Set 0 or ${own}.`,
  );
}

/** From 2.10 on a stream can limit its consumers. */
export function streamLimits({ wanted, server }: Judged): Violation[] {
  const limits = server.stream === undefined ? undefined : object(server.stream, 'consumer_limits');
  if (limits === undefined || !isAtLeast(server.version, 10)) return [];
  return ['max_ack_pending', 'inactive_threshold'].flatMap((field) => {
    const limit = integer(limits, field);
    if (limit <= 0n || integer(wanted, field) <= limit) return [];
    return [violation(field, `The stream limits ${field} of its consumers to ${limit} (consumer_limits). Lower it.`)];
  });
}

/** The account limits what each consumer may have pending. */
export function accountPending({ wanted, server }: Judged): Violation | undefined {
  const most = BigInt(limitsOf(server)?.maxAckPending ?? 0);
  if (most <= 0n || integer(wanted, 'max_ack_pending') <= most) return undefined;
  return violation('max_ack_pending', `In this account max_ack_pending is at most ${most} (10121). Lower it.`);
}

/** How many consumers a stream has: the lower one of its own limit and that of the account. */
export function consumerCount({ server }: Judged): Violation | undefined {
  const { stream, consumers = [] } = server;
  if (stream === undefined) return undefined;
  const limits = [integer(stream, 'max_consumers'), BigInt(limitsOf(server)?.maxConsumers ?? 0)];
  const reached = limits.find((limit) => limit > 0n && BigInt(consumers.length) >= limit);
  if (reached === undefined) return undefined;
  return violation(
    'durable_name',
    `The stream may have ${reached} consumers, and it has them (10026). Raise max_consumers, or the account's limit.`,
  );
}
