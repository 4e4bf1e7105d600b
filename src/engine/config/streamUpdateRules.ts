import { differencesOf, isObject, sameValue } from './differences';
import { violation, type Judged, type Rule, type Violation } from './judgedServer';
import { integer, object, text } from './normalForm';
import { isAtLeast } from '../util/serverVersion';

/** What no server, or none of some version, changes about a stream that exists (10052 where no code is named). */
export const streamUpdateRules: readonly Rule[] = [
  fixed(
    'name',
    'The name of a stream never changes (10056). Make a stream of that name, and restore the data into it.',
  ),
  fixed(
    'storage',
    'The storage of a stream never changes. Back the stream up, delete it, and restore it with the other storage.',
  ),
  (judged) => {
    if (same(judged, 'retention')) return undefined;
    const { live, wanted, server } = judged;
    const limitsOrInterest = live?.['retention'] !== 'workqueue' && wanted['retention'] !== 'workqueue';
    if (limitsOrInterest && isAtLeast(server.version, 10)) return undefined;
    const rule = isAtLeast(server.version, 10)
      ? 'retention changes only between "limits" and "interest"'
      : 'servers below 2.10 never change retention';
    return violation(
      'retention',
      `${sentence(rule)}. Back the stream up, delete it, and restore it with the other retention.`,
    );
  },
  (judged) =>
    isAtLeast(judged.server.version, 12, 5) || same(judged, 'max_consumers')
      ? undefined
      : violation(
          'max_consumers',
          `Servers below 2.12.5 never change max_consumers. Leave it at ${integer(judged.live ?? {}, 'max_consumers')}.`,
        ),
  onlySet('sealed', 'A sealed stream stays sealed'),
  onlySet('deny_delete', 'deny_delete cannot be taken back'),
  onlySet('deny_purge', 'deny_purge cannot be taken back'),
  mirror,
  (judged) =>
    isAtLeast(judged.server.version, 10) || same(judged, 'republish')
      ? undefined
      : violation('republish', 'Servers below 2.10 never change republish. Leave it as it is.'),
  ({ live, wanted, server }) => {
    const owned = [live, wanted].some((config) => config !== undefined && text(config, 'template_owner') !== '');
    if (!owned || isAtLeast(server.version, 14)) return undefined;
    return violation(
      'template_owner',
      'A stream that belongs to a template cannot be changed, nor be given to one. Leave template_owner out.',
    );
  },
  (judged) => {
    const { live, wanted, server } = judged;
    if (same(judged, 'allow_msg_ttl') || !isAtLeast(server.version, 11)) return undefined;
    const enabled = live?.['allow_msg_ttl'] !== true && wanted['allow_msg_ttl'] === true;
    if (enabled && isAtLeast(server.version, 11, 2)) return undefined;
    const rule = isAtLeast(server.version, 11, 2)
      ? 'allow_msg_ttl cannot be taken back'
      : 'this server never changes allow_msg_ttl (2.11.2 can set it)';
    return violation('allow_msg_ttl', `${sentence(rule)}. Leave it at ${live?.['allow_msg_ttl'] === true}.`);
  },
  consumerLimits,
  fixed('allow_msg_counter', 'Whether a stream holds counters never changes. Make another stream for them.'),
  onlySet('allow_msg_schedules', 'allow_msg_schedules cannot be taken back'),
  fixed(
    'persist_mode',
    'persist_mode of a stream never changes. Back the stream up, delete it, and restore it with the other mode.',
  ),
];

function mirror(judged: Judged): Violation | undefined {
  const { wanted, server } = judged;
  if (same(judged, 'mirror')) return undefined;
  if (wanted['mirror'] === null && isAtLeast(server.version, 12)) return undefined;
  const rule = isAtLeast(server.version, 12)
    ? 'A mirror can only be taken away, not changed or added (10055)'
    : 'A mirror is never changed, added or taken away by servers below 2.12 (10055)';
  return violation('mirror', `${rule}. Make another stream as a mirror of that origin.`);
}

/** A limit that changes must not be below what a consumer has (2.10+); whichever limit changes, both are checked. */
function consumerLimits(judged: Judged): Violation[] {
  const { live, wanted, server } = judged;
  const limits = object(wanted, 'consumer_limits');
  if (limits === undefined || !isAtLeast(server.version, 10)) return [];
  const before = object(live ?? {}, 'consumer_limits') ?? {};
  const fields = ['max_ack_pending', 'inactive_threshold'];
  const changed = fields.some(
    (field) => integer(limits, field) > 0n && integer(limits, field) !== integer(before, field),
  );
  if (!changed) return [];
  return fields.flatMap((field) => {
    const limit = integer(limits, field);
    const above = (server.consumers ?? []).filter((consumer) => limit > 0n && integer(consumer, field) > limit);
    if (above.length === 0) return [];
    const names = above.map((consumer) => text(consumer, 'durable_name') || text(consumer, 'name')).join(', ');
    return violation(
      `consumer_limits.${field} consumer_limits`,
      `${field} of ${above.length === 1 ? 'consumer' : 'consumers'} ${names} is above ${limit}. Lower it there first, or raise the limit.`,
    );
  });
}

function fixed(field: string, reason: string): Rule {
  return (judged) => (same(judged, field) ? undefined : violation(field, reason));
}

function onlySet(field: string, rule: string): Rule {
  return ({ live, wanted }) =>
    live?.[field] === true && wanted[field] !== true ? violation(field, `${rule}. Leave ${field} at true.`) : undefined;
}

/** Whether the field has the same value before and after. */
export function same({ live, wanted }: Judged, field: string): boolean {
  const [from, to] = [live?.[field], wanted[field]];
  return isObject(from) && isObject(to) ? differencesOf(from, to).length === 0 : sameValue(field, from, to);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
