import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Rule, type Violation } from './judgedServer';
import { integer, object, objects, text, texts } from './normalForm';
import { longer, tooMuchMetadata } from './streamRules';
import { effectiveSubjects, subjectsOverlap } from './subjects';
import { isLiteral, isSubset, isValidName, isValidSubject } from './subjectChecks';

type Broken = Violation | undefined;

/** What a server asks of every consumer, made anew or changed. */
export const consumerRules: readonly Rule[] = [
  ({ wanted }) =>
    ['durable_name', 'name'].flatMap((field) => {
      const name = text(wanted, field);
      if ((name === '' || isValidName(name)) && name.length <= 255) return [];
      return [
        violation(
          field,
          'A name has up to 255 characters, without space, ".", "*", ">", "/" and "\\". Choose another name.',
        ),
      ];
    }),
  ({ wanted }) =>
    text(wanted, 'durable_name') !== '' && text(wanted, 'name') !== text(wanted, 'durable_name')
      ? violation('name durable_name', 'name and durable_name must be the same (10132). Leave name out.')
      : undefined,
  ({ wanted }) => longer(wanted, 'description', 4096),
  ({ wanted }) => tooMuchMetadata(wanted),
  replicas,
  backoff,
  ({ wanted, server }) =>
    integer(wanted, 'ack_wait') < 0n && isAtLeast(server.version, 12)
      ? violation('ack_wait', 'ack_wait must not be negative. Leave it out for the default.')
      : undefined,
  ({ wanted, server }) => (text(wanted, 'deliver_subject') === '' ? pull(wanted, server) : push(wanted, server)),
  flowControlPolicy,
  ({ wanted }) =>
    wanted['flow_control'] === true && integer(wanted, 'idle_heartbeat') === 0n
      ? violation(
          'flow_control idle_heartbeat',
          'flow_control needs idle_heartbeat (10092). Set it, such as 5000000000.',
        )
      : undefined,
  streamLimits,
  ({ wanted }) =>
    wanted['direct'] !== true || (text(wanted, 'durable_name') === '' && text(wanted, 'deliver_subject') !== '')
      ? undefined
      : violation('direct', 'direct is for consumers that servers make for themselves (10090, 10091). Leave it out.'),
  filters,
  start,
  ({ wanted }) => {
    const sample = text(wanted, 'sample_freq');
    return sample === '' || /^\+?\d+%?$/.test(sample)
      ? undefined
      : violation('sample_freq', 'sample_freq is a percentage such as "100" or "30%" (10053). Correct it.');
  },
  priorities,
];

/** Only when a consumer is made. */
export const consumerCreateRules: readonly Rule[] = [workQueue];

function replicas({ wanted, server }: Judged): Broken {
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

function backoff({ wanted, server }: Judged): Broken {
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

function push(wanted: Judged['wanted'], { stream }: Judged['server']): Violation[] {
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

function pull(wanted: Judged['wanted'], { stream }: Judged['server']): Violation[] {
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
function flowControlPolicy({ wanted }: Judged): Broken {
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

/** From 2.10 on a stream can limit its consumers. */
function streamLimits({ wanted, server }: Judged): Violation[] {
  const limits = server.stream === undefined ? undefined : object(server.stream, 'consumer_limits');
  if (limits === undefined || !isAtLeast(server.version, 10)) return [];
  return ['max_ack_pending', 'inactive_threshold'].flatMap((field) => {
    const limit = integer(limits, field);
    if (limit <= 0n || integer(wanted, field) <= limit) return [];
    return [violation(field, `The stream limits ${field} of its consumers to ${limit} (consumer_limits). Lower it.`)];
  });
}

function filters({ wanted, server }: Judged): Broken {
  const [single, several] = [text(wanted, 'filter_subject'), texts(wanted, 'filter_subjects')];
  if (single !== '' && several.length > 0) {
    return violation(
      'filter_subjects filter_subject',
      'filter_subject and filter_subjects exclude each other (10136). Leave one of them out.',
    );
  }
  const field = several.length > 0 ? 'filter_subjects filter_subject' : 'filter_subject filter_subjects';
  const all = several.length > 0 ? several : single === '' ? [] : [single];
  const bad = all.find((filter) => !isValidSubject(filter));
  if (bad !== undefined) return violation(field, `${JSON.stringify(bad)} is not a valid subject. Correct it.`);
  if (!isAtLeast(server.version, 10)) return oldFilter(single, server);
  const strict = isAtLeast(server.version, 12) ? isSubset : subjectsOverlap;
  for (const [index, a] of all.entries()) {
    const b = all.find((each, other) => other !== index && strict(a, each));
    if (b !== undefined) return violation(field, `Filters ${a} and ${b} overlap (10138). Leave one of them out.`);
  }
  return undefined;
}

/** Up to 2.9 a filter must match some subject of the stream, or of the origins it reads. */
function oldFilter(filter: string, { stream, streams }: Judged['server']): Broken {
  if (filter === '' || stream === undefined) return undefined;
  const mirror = object(stream, 'mirror');
  const feeds = [...objects(stream, 'sources'), ...(mirror === undefined ? [] : [mirror])];
  if (feeds.some((feed) => object(feed, 'external') !== undefined)) return undefined;
  const origins = feeds.map((feed) => streams.find(({ name }) => name === feed['name']));
  const subjects = [stream, ...origins.filter((each) => each !== undefined)].flatMap(effectiveSubjects);
  if (subjects.some((subject) => isSubset(filter, subject) || (!isLiteral(filter) && isSubset(subject, filter))))
    return undefined;
  return violation(
    'filter_subject',
    `Filter ${filter} matches none of the stream's subjects, which servers below 2.10 refuse (10093). Correct it.`,
  );
}

function start({ wanted }: Judged): Violation[] {
  const policy = text(wanted, 'deliver_policy');
  const has = {
    opt_start_seq: integer(wanted, 'opt_start_seq') > 0n,
    opt_start_time: (wanted['opt_start_time'] ?? null) !== null,
  };
  const needed =
    policy === 'by_start_sequence' ? 'opt_start_seq' : policy === 'by_start_time' ? 'opt_start_time' : undefined;
  const broken: Violation[] = [];
  if (needed !== undefined && !has[needed]) {
    broken.push(violation(`deliver_policy ${needed}`, `deliver_policy "${policy}" needs ${needed} (10094). Set it.`));
  }
  for (const field of ['opt_start_seq', 'opt_start_time'] as const) {
    if (!has[field] || field === needed) continue;
    broken.push(
      violation(`${field} deliver_policy`, `deliver_policy "${policy}" excludes ${field} (10094). Leave it out.`),
    );
  }
  if (
    policy === 'last_per_subject' &&
    text(wanted, 'filter_subject') === '' &&
    texts(wanted, 'filter_subjects').length === 0
  ) {
    broken.push(
      violation(
        'deliver_policy filter_subject filter_subjects',
        'deliver_policy "last_per_subject" needs a filter (10094). Set filter_subject, such as ">".',
      ),
    );
  }
  return broken;
}

/** 2.11 and later. */
function priorities({ wanted, server }: Judged): Broken {
  const groups = texts(wanted, 'priority_groups');
  if (wanted['priority_policy'] === 'none') {
    // 2.11 takes and keeps them without a policy.
    if (!isAtLeast(server.version, 12)) return undefined;
    if (groups.length > 0)
      return violation(
        'priority_groups priority_policy',
        'priority_groups need a priority_policy. Set one, such as "overflow".',
      );
    if (integer(wanted, 'priority_timeout') <= 0n) return undefined;
    return violation(
      'priority_timeout priority_policy',
      'priority_timeout needs a priority_policy. Set "pinned_client", or leave it out.',
    );
  }
  if (text(wanted, 'deliver_subject') !== '') {
    return violation(
      'priority_policy deliver_subject',
      'A priority_policy is for pull consumers only (10160). Leave it out.',
    );
  }
  if (groups.length > 0 && groups.every((group) => /^[a-zA-Z0-9/_=-]{1,16}$/.test(group))) return undefined;
  return violation(
    'priority_groups priority_policy',
    'A priority_policy needs priority_groups, each of 1 to 16 letters, digits, "/", "_", "=" and "-" (10159). Set them.',
  );
}

/** Consumers of a work queue share out its subjects. */
function workQueue({ wanted, server }: Judged): Broken {
  if (server.stream?.['retention'] !== 'workqueue') return undefined;
  const policy = text(wanted, 'ack_policy');
  if (policy !== 'explicit' && policy !== 'flow_control') {
    return violation(
      'ack_policy',
      'A consumer of a work queue acknowledges every message (10098). Set ack_policy to "explicit".',
    );
  }
  if (wanted['deliver_policy'] !== 'all') {
    return violation(
      'deliver_policy',
      'A consumer of a work queue starts with the first message (10101). Set deliver_policy to "all".',
    );
  }
  return sharedSubjects(wanted, server);
}

/** Also when a consumer of a work queue is changed. */
export function sharedSubjects(wanted: Judged['wanted'], { consumers = [] }: Judged['server']): Broken {
  const field = texts(wanted, 'filter_subjects').length > 0 ? 'filter_subjects' : 'filter_subject';
  const own = filtersOf(wanted);
  for (const other of consumers) {
    const theirs = filtersOf(other);
    const shared =
      own.length === 0 || theirs.length === 0 || own.some((a) => theirs.some((b) => subjectsOverlap(a, b)));
    if (!shared) continue;
    const name = text(other, 'durable_name') || text(other, 'name');
    return violation(
      field,
      `Consumers of a work queue must not overlap, and consumer ${name} takes the same messages (10100). Change one of their filters.`,
    );
  }
  return undefined;
}

function filtersOf(consumer: Judged['wanted']): string[] {
  const several = texts(consumer, 'filter_subjects');
  const single = text(consumer, 'filter_subject');
  return several.length > 0 ? several : single === '' ? [] : [single];
}
