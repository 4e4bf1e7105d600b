import { filtersOf } from './consumerFilters';
import { violation, type Judged, type Violation } from './judgedServer';
import { text, texts } from './normalForm';
import { subjectsOverlap } from './subjects';

/** Consumers of a work queue share out its subjects. */
export function workQueue({ wanted, server }: Judged): Violation | undefined {
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
export function sharedSubjects(wanted: Judged['wanted'], { consumers = [] }: Judged['server']): Violation | undefined {
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
