import { replicasProblem } from './replicas';
import { violation, type Judged, type Rule } from './judgedServer';
import { integer, object, objects, text, texts } from './normalForm';
import { subjectsOverlap } from './subjects';
import { isSubset, isValidName, isValidSubject, overlapWithin, transformProblem } from './subjectChecks';
import { isAtLeast } from '../util/serverVersion';

const tenthOfASecond = 100_000_000n;

/** What a server asks of every stream, made anew or changed (10052 where no code is named). */
export const streamRules: readonly Rule[] = [
  ({ wanted }) => {
    const name = text(wanted, 'name');
    if (isValidName(name) && name.length <= 255) return undefined;
    return violation(
      'name',
      'A name has 1 to 255 characters, without space, ".", "*", ">", "/" and "\\". Choose another name.',
    );
  },
  ({ wanted }) => longer(wanted, 'description', 4096),
  ({ wanted }) => tooMuchMetadata(wanted),
  ({ wanted, live, server }) => {
    // Below 2.14 an update is not checked: the stream keeps the number and has one replica all the same.
    const unchecked = live !== undefined && !isAtLeast(server.version, 14);
    const problem = replicasProblem(integer(wanted, 'num_replicas'), server.clustered || unchecked);
    if (problem === undefined) return undefined;
    const { rule, allowed, code } = problem;
    const reason = `${rule.charAt(0).toUpperCase()}${rule.slice(1)} (${code}). Set num_replicas to ${allowed}.`;
    return violation('num_replicas', reason);
  },
  ({ wanted, server }) => {
    const age = integer(wanted, 'max_age');
    if (age < 0n && isAtLeast(server.version, 12)) {
      return violation('max_age', 'max_age must not be negative. Set 0 for no limit.');
    }
    if (age <= 0n || age >= tenthOfASecond) return undefined;
    return violation('max_age', 'max_age is at least 100 ms (100000000 ns). Set more, or 0 for no limit.');
  },
  duplicateWindow,
  ({ wanted }) =>
    wanted['deny_purge'] === true && wanted['allow_rollup_hdrs'] === true
      ? violation(
          'allow_rollup_hdrs deny_purge',
          'A rollup purges: allow_rollup_hdrs and deny_purge exclude each other. Set one of them to false.',
        )
      : undefined,
  ({ wanted }) => {
    if (wanted['discard_new_per_subject'] !== true) return undefined;
    const fields = 'discard_new_per_subject discard max_msgs_per_subject';
    if (wanted['discard'] === 'new' && integer(wanted, 'max_msgs_per_subject') > 0n) return undefined;
    return violation(fields, 'discard_new_per_subject needs discard "new" and max_msgs_per_subject above 0. Set both.');
  },
  ({ wanted }) => {
    const marker = integer(wanted, 'subject_delete_marker_ttl');
    if (marker === 0n || marker >= 1_000_000_000n) return undefined;
    return violation(
      'subject_delete_marker_ttl',
      'subject_delete_marker_ttl is at least 1 s (1000000000 ns). Set more, or 0 for no markers.',
    );
  },
  counterRules,
  ({ wanted }) =>
    wanted['allow_msg_schedules'] === true && wanted['discard'] === 'new'
      ? violation(
          'allow_msg_schedules discard',
          'A stream with scheduled messages cannot have discard "new". Set discard to "old".',
        )
      : undefined,
  ({ wanted }) => {
    if (wanted['persist_mode'] !== 'async') return undefined;
    if (wanted['storage'] === 'file' && integer(wanted, 'num_replicas') <= 1n && wanted['allow_atomic'] !== true)
      return undefined;
    return violation(
      'persist_mode allow_atomic storage num_replicas',
      'persist_mode "async" is for streams with file storage, one replica and without allow_atomic. Change these, or set "default".',
    );
  },
  subjectRules,
  ({ wanted, server }) => overlapWithOthers(wanted, server),
  ({ wanted }) => {
    const transform = object(wanted, 'subject_transform');
    if (transform === undefined) return undefined;
    const source = text(transform, 'src');
    const problem =
      source !== '' && !isValidSubject(source)
        ? 'the source must be a valid subject'
        : transformProblem(source, text(transform, 'dest'));
    return problem === undefined
      ? undefined
      : violation('subject_transform', `This subject transform cannot be made: ${problem}.`);
  },
  republishRules,
  ({ wanted, server }) => {
    const placement = object(wanted, 'placement');
    if (placement === undefined || text(placement, 'preferred') === '' || !isAtLeast(server.version, 11))
      return undefined;
    return violation(
      'placement.preferred placement',
      'A stream cannot name a preferred server. Leave placement.preferred out.',
    );
  },
];

/** Only when a stream is made. */
export const streamCreateRules: readonly Rule[] = [
  ({ wanted, server }) =>
    text(wanted, 'template_owner') !== '' && !isAtLeast(server.version, 14)
      ? violation(
          'template_owner',
          'Only a template makes streams that belong to it (10049). Leave template_owner out.',
        )
      : undefined,
  ({ wanted }) =>
    wanted['sealed'] === true
      ? violation('sealed', 'A stream cannot be made sealed. Make it without, and seal it when it holds its messages.')
      : undefined,
  ({ wanted }) =>
    wanted['mirror_direct'] === true && object(wanted, 'mirror') === undefined
      ? violation('mirror_direct', 'mirror_direct is for mirrors only. Set it to false.')
      : undefined,
];

function duplicateWindow({ wanted }: Judged) {
  const [window, age] = [integer(wanted, 'duplicate_window'), integer(wanted, 'max_age')];
  if (window < 0n || (window > 0n && window < tenthOfASecond)) {
    return violation(
      'duplicate_window',
      'duplicate_window is at least 100 ms (100000000 ns). Set more, or 0 for the default.',
    );
  }
  if (age === 0n || window <= age) return undefined;
  return violation(
    'duplicate_window max_age',
    'duplicate_window must not be longer than max_age. Shorten it, or leave it out.',
  );
}

function counterRules({ wanted }: Judged) {
  if (wanted['allow_msg_counter'] !== true) return undefined;
  const against = [
    wanted['discard'] === 'new' &&
      violation('discard allow_msg_counter', 'A stream of counters cannot have discard "new". Set "old".'),
    wanted['allow_msg_ttl'] === true &&
      violation('allow_msg_ttl allow_msg_counter', 'A stream of counters cannot have allow_msg_ttl. Set it to false.'),
    wanted['allow_msg_schedules'] === true &&
      violation(
        'allow_msg_schedules allow_msg_counter',
        'A stream of counters cannot have allow_msg_schedules. Set it to false.',
      ),
    wanted['retention'] !== 'limits' &&
      violation('retention allow_msg_counter', 'A stream of counters has retention "limits". Set that.'),
  ];
  return against.filter((each) => each !== false);
}

/** Subjects by themselves: 2.9 checks little of what later servers do. */
function subjectRules({ wanted, server }: Judged) {
  const subjects = texts(wanted, 'subjects');
  const bad = subjects.find((subject) => !isValidSubject(subject));
  if (bad !== undefined) return violation('subjects', `${JSON.stringify(bad)} is not a valid subject. Correct it.`);
  const overlap = overlapWithin(subjects);
  if (overlap !== undefined) {
    return violation(
      'subjects',
      `Subjects ${overlap[0]} and ${overlap[1]} of the stream overlap. Leave one of them out.`,
    );
  }
  if (!isAtLeast(server.version, 10)) {
    if (!subjects.some((subject) => isSubset(subject, '$JS.API.>'))) return undefined;
    return violation('subjects', 'A stream cannot take subjects of the JetStream API. Leave them out.');
  }
  if (subjects.includes('>') && integer(wanted, 'num_replicas') !== 1n) {
    return violation(
      'subjects num_replicas',
      'A stream that takes every subject (">") has one replica. Set num_replicas to 1.',
    );
  }
  if (wanted['no_ack'] === true || !subjects.some(isReserved)) return undefined;
  return violation(
    'subjects no_ack',
    'A stream that takes every subject or those of the server ($JS, $JSC, $NRG, $SYS) needs no_ack true. Set it, or narrow the subjects.',
  );
}

function isReserved(subject: string): boolean {
  if (subject === '>') return true;
  const api = ['$JS.>', '$JSC.>', '$NRG.>'].some((space) => subjectsOverlap(subject, space));
  if (api && !isSubset(subject, '$JS.EVENT.>')) return true;
  return subjectsOverlap(subject, '$SYS.>') && !isSubset(subject, '$SYS.ACCOUNT.>');
}

function overlapWithOthers(wanted: Judged['wanted'], { streams }: Judged['server']) {
  const mirror = object(wanted, 'mirror');
  const config = {
    name: text(wanted, 'name'),
    subjects: texts(wanted, 'subjects'),
    sources: objects(wanted, 'sources'),
  };
  const overlap = streams.overlapWith({ ...config, ...(mirror === undefined ? {} : { mirror }) });
  if (overlap === undefined) return undefined;
  const reason = `Subject ${overlap.subject} overlaps ${overlap.taken} of stream ${overlap.stream} (10065). Take other subjects, or change that stream first.`;
  return violation('subjects', reason);
}

function republishRules({ wanted, server }: Judged) {
  const republish = object(wanted, 'republish');
  if (republish === undefined) return undefined;
  const [src, dest, subjects] = [text(republish, 'src'), text(republish, 'dest'), texts(wanted, 'subjects')];
  if (!isAtLeast(server.version, 10) && !subjects.some((subject) => subjectsOverlap(src, subject))) {
    return violation(
      'republish subjects',
      `republish takes ${src}, which is none of the stream's subjects. Change republish.src.`,
    );
  }
  const cycle = subjects.find((subject) => subjectsOverlap(dest, subject));
  if (cycle !== undefined) {
    return violation(
      'republish subjects',
      `republish to ${dest} would come back into the stream by its subject ${cycle}. Change republish.dest.`,
    );
  }
  const problem =
    dest === '' && !isAtLeast(server.version, 10) ? 'there is no destination' : transformProblem(src, dest);
  return problem === undefined
    ? undefined
    : violation('republish', `republish from ${src} to ${dest} is not possible: ${problem}.`);
}

/** Also of consumers. */
export function longer(config: Judged['wanted'], field: string, most: number) {
  if (Buffer.byteLength(text(config, field)) <= most) return undefined;
  return violation(field, `${field} is longer than ${most.toLocaleString('en')} bytes. Shorten it.`);
}

/** Also of consumers. */
export function tooMuchMetadata(config: Judged['wanted']) {
  const metadata = object(config, 'metadata') ?? {};
  const bytes = Object.keys(metadata).reduce(
    (sum, key) => sum + Buffer.byteLength(key) + Buffer.byteLength(text(metadata, key)),
    0,
  );
  return bytes <= 128 * 1024 ? undefined : violation('metadata', 'metadata is larger than 128 KiB. Shorten it.');
}
