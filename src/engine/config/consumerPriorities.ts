import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Violation } from './judgedServer';
import { integer, text, texts } from './normalForm';

/** Priority groups: 2.11 and later. */
export function priorities({ wanted, server }: Judged): Violation | undefined {
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
