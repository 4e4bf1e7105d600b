import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Violation } from './judgedServer';
import { integer, text } from './normalForm';
import { effectiveSubjects } from './subjects';
import { isLiteral, isSubset, isValidSubject } from './subjectChecks';

/** What holds for consumers that messages are sent to. */
export function push({ wanted, server: { stream } }: Judged): Violation[] {
  const deliver = text(wanted, 'deliver_subject');
  const broken: Violation[] = [];
  if (!isLiteral(deliver) || !isValidSubject(deliver)) {
    broken.push(violation('deliver_subject', 'deliver_subject is a subject without wildcards (10079). Correct it.'));
  }
  const cycle = stream === undefined ? undefined : effectiveSubjects(stream).find((each) => isSubset(deliver, each));
  if (cycle !== undefined) {
    broken.push(
      violation(
        'deliver_subject',
        `Messages delivered to ${deliver} would come back into the stream by its subject ${cycle} (10081). Choose another subject.`,
      ),
    );
  }
  if (integer(wanted, 'max_waiting') !== 0n) {
    broken.push(
      violation('max_waiting deliver_subject', 'max_waiting is for pull consumers only (10080). Leave it out.'),
    );
  }
  if (integer(wanted, 'max_ack_pending') > 0n && wanted['ack_policy'] === 'none') {
    broken.push(
      violation(
        'max_ack_pending ack_policy',
        'max_ack_pending needs an ack_policy other than "none" (10082). Leave it out.',
      ),
    );
  }
  const heartbeat = integer(wanted, 'idle_heartbeat');
  if (heartbeat > 0n && heartbeat < 100_000_000n) {
    broken.push(violation('idle_heartbeat', 'idle_heartbeat is at least 100 ms (10083). Set 100000000 or more.'));
  }
  return broken;
}

/** What holds for consumers that ask for messages. */
export function pull({ wanted, server: { stream } }: Judged): Violation[] {
  const expires = integer(wanted, 'max_expires');
  const against: [boolean, string, string][] = [
    [
      wanted['ack_policy'] === 'none' && stream?.['retention'] === 'workqueue',
      'ack_policy',
      'A pull consumer of a work queue acknowledges (10084). Set ack_policy to "explicit".',
    ],
    [
      integer(wanted, 'rate_limit_bps') > 0n,
      'rate_limit_bps',
      'rate_limit_bps is for push consumers only (10086). Leave it out.',
    ],
    [
      integer(wanted, 'max_waiting') < 0n,
      'max_waiting',
      'max_waiting must not be negative (10087). Leave it out for the default.',
    ],
    [
      integer(wanted, 'idle_heartbeat') > 0n,
      'idle_heartbeat',
      'idle_heartbeat is for push consumers only (10088). Leave it out.',
    ],
    [wanted['flow_control'] === true, 'flow_control', 'flow_control is for push consumers only (10089). Leave it out.'],
    [
      integer(wanted, 'max_batch') < 0n,
      'max_batch',
      'max_batch must not be negative (10114). Leave it out for no limit.',
    ],
    [
      expires !== 0n && expires < 1_000_000n,
      'max_expires',
      'max_expires is at least 1 ms (10115). Set 1000000 or more, or 0 for no limit.',
    ],
  ];
  return against.flatMap(([holds, fields, reason]) => (holds ? [violation(fields, reason)] : []));
}

/** The policy of consumers that other streams read from (2.14+). */
export function flowControlPolicy({ wanted }: Judged): Violation | undefined {
  if (wanted['ack_policy'] !== 'flow_control') return undefined;
  const fields = 'ack_policy deliver_subject max_ack_pending ack_wait backoff max_deliver';
  const limited = integer(wanted, 'max_ack_pending') <= 0n || integer(wanted, 'max_deliver') > 0n;
  const timed =
    integer(wanted, 'ack_wait') !== 0n || (Array.isArray(wanted['backoff']) && wanted['backoff'].length > 0);
  if (text(wanted, 'deliver_subject') !== '' && !limited && !timed) return undefined;
  return violation(
    fields,
    'ack_policy "flow_control" needs deliver_subject and max_ack_pending, and excludes ack_wait, backoff and max_deliver. Correct these.',
  );
}

/** The delays before a message is sent again. */
export function backoff({ wanted, server }: Judged): Violation | undefined {
  const delays = Array.isArray(wanted['backoff']) ? wanted['backoff'] : [];
  if (delays.length === 0) return undefined;
  if (
    isAtLeast(server.version, 12) &&
    delays.some((each) => typeof each !== 'string' && BigInt(each as number | bigint) < 0n)
  ) {
    return violation('backoff', 'A backoff has no negative delays. Correct it.');
  }
  const most = integer(wanted, 'max_deliver');
  if (!isAtLeast(server.version, 10)) {
    if (most > BigInt(delays.length)) return undefined;
    return violation(
      'backoff max_deliver',
      `Servers below 2.10 need a max_deliver above the ${delays.length} delays of the backoff (10116). Raise it.`,
    );
  }
  if (most === -1n || BigInt(delays.length) <= most) return undefined;
  return violation(
    'backoff max_deliver',
    `A backoff has no more delays than max_deliver (10116). Shorten it to ${most}, or raise max_deliver.`,
  );
}
