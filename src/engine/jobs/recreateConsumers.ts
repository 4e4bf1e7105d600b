import { withoutServerMetadata } from '../config/canonicalJson';
import { messageOf } from '../errors';
import type { ConsumerSnapshot, JsonObject, StreamConfig } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';

/**
 * Creates the consumers that a snapshot had left out, each to go on after its ack floor. A position cannot be set from
 * outside, so the start is set by sequence: what was acknowledged above the floor will be delivered again. A work queue
 * takes no consumer with a start (10101), and needs none: what was acknowledged is no longer in it.
 *
 * @returns what a person should know of each
 */
export async function recreateConsumers(
  api: JetStreamApi,
  stream: StreamConfig,
  missing: readonly ConsumerSnapshot[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, config, position } of missing) {
    const start = position.ackFloor.stream + 1n;
    const rest = { ...withoutServerMetadata(config) };
    delete rest['opt_start_time'];
    delete rest['opt_start_seq'];
    const [from, words]: [JsonObject, string] = isWorkQueue(stream)
      ? [{ deliver_policy: 'all' }, 'with what is left in the work queue']
      : [{ deliver_policy: 'by_start_sequence', opt_start_seq: start }, `at sequence ${start}`];
    const which = `Consumer ${name} of ${stream.name} was not in the archive`;
    try {
      await api.createConsumer(stream.name, { ...rest, ...from });
      notes.push(`${which} and is created anew, to go on ${words}.`);
    } catch (error) {
      notes.push(`${which} and could not be created: ${messageOf(error)}`);
    }
  }
  return notes;
}

export function isWorkQueue({ retention }: StreamConfig): boolean {
  return retention === 'workqueue';
}
