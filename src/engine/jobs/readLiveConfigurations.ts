import { toBackupError, type BackupError } from '../errors';
import type { ConsumerInfo, StreamInfo } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import { throwIfAborted } from '../util/abort';
import { inParallel } from '../util/inParallel';

/** Small requests under way at once. */
const requestsAtOnce = 8;

/** A live stream with its durable consumers. */
export interface LiveStream {
  info: StreamInfo;
  consumers: ConsumerInfo[];
  /** Its consumers could not be read. */
  error?: BackupError;
}

/**
 * The durable consumers of each stream. Ephemeral consumers are a client's own affair. A stream without consumers is not
 * asked.
 *
 * @throws BackupError `cancelled`
 */
export async function readConsumers(
  api: JetStreamApi,
  streams: readonly StreamInfo[],
  signal: AbortSignal,
  done: (stream: string) => void = () => undefined,
): Promise<LiveStream[]> {
  return await inParallel(streams, requestsAtOnce, async (info) => {
    throwIfAborted(signal, 'Reading the consumers');
    try {
      // Not asked where the stream's own line says that there is none, so that thousands of streams stay quick.
      const consumers = info.state.consumerCount === 0 ? [] : await api.listConsumers(info.config.name);
      return { info, consumers: consumers.filter((consumer) => consumer.config.durable_name !== undefined) };
    } catch (error) {
      return { info, consumers: [], error: toBackupError(error) };
    } finally {
      done(info.config.name);
    }
  });
}
