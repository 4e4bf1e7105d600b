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
  /** Those that clients made for themselves. */
  ephemeral: ConsumerInfo[];
  /** Names of consumers that no server answered for; of which kind is not known. */
  missing: string[];
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
      const none = { consumers: [], missing: [] };
      const { consumers, missing } =
        info.state.consumerCount === 0 ? none : await api.consumerListing(info.config.name);
      const isDurable = ({ config }: ConsumerInfo) => config.durable_name !== undefined;
      const ephemeral = consumers.filter((consumer) => !isDurable(consumer));
      return { info, consumers: consumers.filter(isDurable), ephemeral, missing };
    } catch (error) {
      return { info, consumers: [], ephemeral: [], missing: [], error: toBackupError(error) };
    } finally {
      done(info.config.name);
    }
  });
}
