import { withoutServerMetadata } from '../config/canonicalJson';
import { messageOf } from '../errors';
import type { ConsumerSnapshot } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';

/**
 * Creates the consumers that a snapshot had left out, each to go on after its ack floor. A position cannot be set from
 * outside, so the start is set by sequence: what was acknowledged above the floor will be delivered again.
 *
 * @returns what a person should know of each
 */
export async function recreateConsumers(
  api: JetStreamApi,
  stream: string,
  missing: readonly ConsumerSnapshot[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, config, position } of missing) {
    const start = position.ackFloor.stream + 1n;
    const rest = { ...withoutServerMetadata(config) };
    delete rest['opt_start_time'];
    try {
      await api.createConsumer(stream, { ...rest, deliver_policy: 'by_start_sequence', opt_start_seq: start });
      notes.push(
        `Consumer ${name} of ${stream} was not in the archive and is created anew, to go on at sequence ${start}.`,
      );
    } catch (error) {
      notes.push(`Consumer ${name} of ${stream} was not in the archive and could not be created: ${messageOf(error)}`);
    }
  }
  return notes;
}
