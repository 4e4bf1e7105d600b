import { isAtLeast } from '../util/serverVersion';
import { backoff, flowControlPolicy, pull, push } from './consumerDelivery';
import { filters } from './consumerFilters';
import { priorities } from './consumerPriorities';
import { start } from './consumerStart';
import { accountPending, consumerCount, replicas, streamLimits } from './consumerStream';
import { workQueue } from './consumerWorkQueue';
import { violation, type Rule } from './judgedServer';
import { integer, text } from './normalForm';
import { longer, tooMuchMetadata } from './streamRules';
import { isValidName } from './subjectChecks';

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
  (judged) => (text(judged.wanted, 'deliver_subject') === '' ? pull(judged) : push(judged)),
  flowControlPolicy,
  ({ wanted }) =>
    wanted['flow_control'] === true && integer(wanted, 'idle_heartbeat') === 0n
      ? violation(
          'flow_control idle_heartbeat',
          'flow_control needs idle_heartbeat (10092). Set it, such as 5000000000.',
        )
      : undefined,
  streamLimits,
  accountPending,
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
export const consumerCreateRules: readonly Rule[] = [consumerCount, workQueue];
