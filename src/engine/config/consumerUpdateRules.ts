import { isAtLeast } from '../util/serverVersion';
import { violation, type Judged, type Rule } from './judgedServer';
import { sharedSubjects } from './consumerWorkQueue';
import { text, texts } from './normalForm';
import { same } from './streamUpdateRules';

/** What no server, or none of some version, changes about a consumer that exists (10012 where no code is named). */
export const consumerUpdateRules: readonly Rule[] = [
  fixed('durable_name'),
  fixed('deliver_policy'),
  fixed('opt_start_seq'),
  fixed('opt_start_time'),
  fixed('ack_policy'),
  fixed('replay_policy'),
  fixed('idle_heartbeat'),
  fixed('flow_control'),
  fixed('max_waiting'),
  fixed('mem_storage', [14, 4]),
  fixed('direct', [14, 6]),
  fixed('sourcing', [14, 6]),
  ({ live, wanted }) => {
    const [before, after] = [text(live ?? {}, 'deliver_subject'), text(wanted, 'deliver_subject')];
    if ((before === '') === (after === '')) return undefined;
    return violation('deliver_subject', `A ${before === '' ? 'pull' : 'push'} consumer stays one. ${another}`);
  },
  // 2.9 compares where the two times are in its memory, not what they are.
  ({ wanted, server }) =>
    (wanted['opt_start_time'] ?? null) === null || isAtLeast(server.version, 10)
      ? undefined
      : violation('opt_start_time', `Servers below 2.10 change nothing of a consumer with opt_start_time. ${another}`),
  ({ wanted, server }) => {
    const filtered = text(wanted, 'filter_subject') !== '' || texts(wanted, 'filter_subjects').length > 0;
    // A cluster takes such an update all the same.
    if (server.clustered || server.stream?.['retention'] !== 'workqueue') return undefined;
    if (!filtered || !isAtLeast(server.version, 10)) return undefined;
    return sharedSubjects(wanted, server);
  },
];

const another = 'Delete the consumer and make it anew, which loses its position, or give the new one another name.';

/** @param since the server 2.minor.patch that first refuses the change; every one where it is left out */
function fixed(field: string, since: [minor: number, patch: number] = [0, 0]): Rule {
  return (judged: Judged) =>
    same(judged, field) || !isAtLeast(judged.server.version, ...since)
      ? undefined
      : violation(field, `${field} of a consumer never changes. ${another}`);
}
