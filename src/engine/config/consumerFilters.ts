import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Violation } from './judgedServer';
import { object, objects, text, texts } from './normalForm';
import { effectiveSubjects, subjectsOverlap } from './subjects';
import { isLiteral, isSubset, isValidSubject } from './subjectChecks';

/** The filters by themselves. */
export function filters({ wanted, server }: Judged): Violation | undefined {
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
function oldFilter(filter: string, { stream, streams }: Judged['server']): Violation | undefined {
  if (filter === '' || stream === undefined) return undefined;
  const mirror = object(stream, 'mirror');
  const feeds = [...objects(stream, 'sources'), ...(mirror === undefined ? [] : [mirror])];
  if (feeds.some((feed) => object(feed, 'external') !== undefined)) return undefined;
  const origins = feeds.map((feed) => streams.find(text(feed, 'name')));
  const subjects = [stream, ...origins.filter((each) => each !== undefined)].flatMap(effectiveSubjects);
  if (subjects.some((subject) => isSubset(filter, subject) || (!isLiteral(filter) && isSubset(subject, filter))))
    return undefined;
  return violation(
    'filter_subject',
    `Filter ${filter} matches none of the stream's subjects, which servers below 2.10 refuse (10093). Correct it.`,
  );
}

/** The subjects that a consumer takes; none for all of its stream. */
export function filtersOf(consumer: Judged['wanted']): string[] {
  const several = texts(consumer, 'filter_subjects');
  const single = text(consumer, 'filter_subject');
  return several.length > 0 ? several : single === '' ? [] : [single];
}
