import type { JsonObject } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Rule, type Violation } from './judgedServer';
import { integer, object, objects, text, texts } from './normalForm';
import { effectiveSubjects, subjectsOverlap } from './subjects';
import { isLiteral, isValidName, isValidSubject, overlapWithin, transformProblem } from './subjectChecks';

/** What a server asks of a mirror and of a stream with sources. */
export const feedRules: readonly Rule[] = [mirrorRules, sourceRules, cycleRule];

function mirrorRules(judged: Judged): Violation[] {
  const { wanted, server } = judged;
  const mirror = object(wanted, 'mirror');
  if (mirror === undefined) return [];
  const against: [boolean, string, string][] = [
    [
      texts(wanted, 'subjects').length > 0,
      'subjects mirror',
      'A mirror has no subjects of its own (10034). Leave subjects out.',
    ],
    [
      objects(wanted, 'sources').length > 0,
      'sources mirror',
      'A mirror has no sources (10031). Leave one of the two out.',
    ],
    [
      integer(wanted, 'first_seq') > 0n,
      'first_seq mirror',
      'A mirror has the sequences of its origin (10143). Leave first_seq out.',
    ],
    [
      integer(wanted, 'subject_delete_marker_ttl') > 0n,
      'subject_delete_marker_ttl mirror',
      'A mirror makes no delete markers. Leave subject_delete_marker_ttl out.',
    ],
  ];
  for (const field of ['allow_msg_counter', 'allow_atomic', 'allow_msg_schedules', 'allow_batched']) {
    against.push([
      wanted[field] === true,
      `${field} mirror`,
      `A mirror takes no messages of its own: it cannot have ${field}. Set it to false.`,
    ]);
  }
  const broken = against.flatMap(([holds, fields, reason]) => (holds ? [violation(fields, reason)] : []));
  const problem = feedProblem(mirror, judged, subjectsOf(mirror, server.streams));
  return problem === undefined ? broken : [...broken, violation('mirror', problem)];
}

function sourceRules(judged: Judged): Violation[] {
  const { wanted, server } = judged;
  const sources = objects(wanted, 'sources');
  if (sources.length === 0) return [];
  const broken: Violation[] = [];
  if (wanted['allow_msg_schedules'] === true) {
    broken.push(
      violation(
        'allow_msg_schedules sources',
        'A stream with sources cannot have allow_msg_schedules. Set it to false.',
      ),
    );
  }
  // 2.9 looks for the filter of a source among the subjects of the sources before it, too.
  const subjects: string[] = [];
  for (const source of sources) {
    subjects.push(...subjectsOf(source, server.streams));
    const problem = feedProblem(source, judged, subjects);
    if (problem !== undefined) broken.push(violation('sources', problem));
  }
  const names = sources.map(identity);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined && isAtLeast(server.version, 10)) {
    broken.push(
      violation('sources', 'Two sources are the same: stream, filter and transforms. Leave one of them out.'),
    );
  }
  return broken;
}

/** What a server tells two sources apart by. */
function identity(source: JsonObject): string {
  const transforms = objects(source, 'subject_transforms').map((each) => `${text(each, 'src')} ${text(each, 'dest')}`);
  const { api = '' } = object(source, 'external') ?? {};
  return JSON.stringify([text(source, 'name'), api, text(source, 'filter_subject'), transforms]);
}

/** Of an origin in the same account; nothing of one that is not there. */
function subjectsOf(feed: JsonObject, streams: Judged['server']['streams']): string[] {
  const origin = streams.find(text(feed, 'name'));
  return origin === undefined ? [] : effectiveSubjects(origin);
}

function feedProblem(
  feed: JsonObject,
  { wanted, live, server }: Judged,
  subjects: readonly string[],
): string | undefined {
  const { streams, version } = server;
  const external = object(feed, 'external');
  const [name, filter] = [text(feed, 'name'), text(feed, 'filter_subject')];
  if (!isValidName(name) && isAtLeast(version, 10))
    return 'It does not name a stream that can be (10142). Correct the name.';
  if (isAtLeast(version, 10) ? external === undefined : true) {
    const origin = streams.find(name);
    const [own, its] = [integer(wanted, 'max_msg_size'), integer(origin ?? {}, 'max_msg_size')];
    if (own > 0n && its > 0n && own < its) {
      return `Messages of stream ${name} may be larger than max_msg_size of this one (10030). Raise max_msg_size.`;
    }
    const overlaps = filter === '' || subjects.length === 0 || subjects.some((each) => subjectsOverlap(each, filter));
    if (!isAtLeast(version, 10) && origin !== undefined && !overlaps) {
      return `Filter ${filter} matches none of the subjects of stream ${name}. Correct the filter.`;
    }
  }
  // An update does not look at the filter.
  if (live === undefined && filter !== '' && !isValidSubject(filter) && isAtLeast(version, 10)) {
    return `${JSON.stringify(filter)} is not a valid subject. Correct filter_subject.`;
  }
  return externalProblem(external) ?? transformsProblem(feed, filter) ?? consumerProblem(feed, filter);
}

function externalProblem(external: JsonObject | undefined): string | undefined {
  if (external === undefined) return undefined;
  const [api, deliver] = [text(external, 'api'), text(external, 'deliver')];
  const bad = [api, deliver].find((each) => each !== '' && !(isValidSubject(each) && isLiteral(each)));
  if (bad !== undefined) return `${JSON.stringify(bad)} is not a subject without wildcards. Correct external.`;
  if (api === '' || !subjectsOverlap(api, '$JS.API')) return undefined;
  return "The prefix of the other account's API must not be $JS.API (10021). Correct external.api.";
}

function transformsProblem(feed: JsonObject, filter: string): string | undefined {
  const transforms = objects(feed, 'subject_transforms');
  if (transforms.length === 0) return undefined;
  if (filter !== '') return 'filter_subject and subject_transforms exclude each other. Leave one of them out.';
  for (const transform of transforms) {
    const [src, dest] = [text(transform, 'src'), text(transform, 'dest')];
    const problem =
      src !== '' && !isValidSubject(src) ? 'the source must be a valid subject' : transformProblem(src, dest);
    if (problem !== undefined) return `A subject transform cannot be made: ${problem}.`;
  }
  const overlap = overlapWithin(transforms.map((each) => text(each, 'src')));
  return overlap === undefined
    ? undefined
    : `Its transforms of ${overlap[0]} and ${overlap[1]} overlap. Leave one of them out.`;
}

/** A consumer made beforehand that the stream reads from (2.14+). */
function consumerProblem(feed: JsonObject, filter: string): string | undefined {
  const consumer = object(feed, 'consumer');
  if (consumer === undefined) return undefined;
  const deliver = text(consumer, 'deliver_subject');
  const named = isValidName(text(consumer, 'name')) && isValidSubject(deliver) && isLiteral(deliver);
  const started = integer(feed, 'opt_start_seq') !== 0n || (feed['opt_start_time'] ?? null) !== null;
  if (named && !started && filter === '') return undefined;
  return 'consumer needs a name and a deliver_subject without wildcards, and excludes opt_start_seq, opt_start_time and filter_subject. Correct it.';
}

/** Streams that would feed each other for ever. */
function cycleRule({ wanted, server }: Judged): Violation | undefined {
  if (objects(wanted, 'sources').length === 0 && object(wanted, 'mirror') === undefined) return undefined;
  const waiting = [wanted];
  const visited = new Set<string>();
  for (let config = waiting.shift(); config !== undefined; config = waiting.shift()) {
    visited.add(text(config, 'name'));
    const mirror = object(config, 'mirror');
    for (const feed of [...objects(config, 'sources'), ...(mirror === undefined ? [] : [mirror])]) {
      if (object(feed, 'external') !== undefined) continue;
      const name = text(feed, 'name');
      const filter = text(feed, 'filter_subject');
      if (!visited.has(name)) {
        const origin: JsonObject | undefined = server.streams.find(name);
        if (origin !== undefined) waiting.push(origin);
      } else if (feed === mirror || filter === '' || !isAtLeast(server.version, 10) || matches(config, filter)) {
        return violation(
          'sources mirror',
          `Stream ${name} would in the end be fed by itself. Leave one of the sources or mirrors out.`,
        );
      }
    }
  }
  return undefined;
}

function matches(config: JsonObject, filter: string): boolean {
  return texts(config, 'subjects').some((subject) => subjectsOverlap(subject, filter));
}
