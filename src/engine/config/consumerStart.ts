import { violation, type Judged, type Violation } from './judgedServer';
import { integer, text, texts } from './normalForm';

/** Which message a consumer starts with. */
export function start({ wanted }: Judged): Violation[] {
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
