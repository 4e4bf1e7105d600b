import { BackupError } from '../errors';
import type { ArchiveFormat, ArchiveSummary, ConsumerSnapshot, StreamState } from '../model';

/**
 * Whether an archive that is sound in itself holds what the server announced. A stream that nobody touches must agree to
 * the message. One in use may have lost messages to limits and acknowledgements, or gained new ones (V1 only), while
 * it was read; how many at most is told by its state afterwards.
 *
 * @param announced state in the answer to the snapshot request
 * @param after state read after the snapshot; undefined if the stream is gone by then
 * @throws BackupError `archiveMismatch`
 */
export function checkCompleteness(
  stream: string,
  summary: ArchiveSummary,
  announced: StreamState,
  after: StreamState | undefined,
): void {
  const bounds = messageBounds(summary.format, announced, after);
  if (summary.messages < bounds.least) {
    throw mismatch(stream, `it holds ${summary.messages} messages, at least ${bounds.least} were due`);
  }
  if (summary.exact && summary.messages > bounds.most) {
    throw mismatch(stream, `it holds ${summary.messages} messages, at most ${bounds.most} were due`);
  }
  if (bounds.least > 0 && summary.lastSeq < announced.lastSeq && noneLost(announced, after)) {
    throw mismatch(stream, `it ends at sequence ${summary.lastSeq}, the server announced ${announced.lastSeq}`);
  }
}

/**
 * Of what was announced, no more can be missing than was removed meanwhile: messages there were, plus those published
 * since, less those there are now. A stream that was deleted or made anew tells nothing, so the count must be exact.
 */
function messageBounds(
  format: ArchiveFormat,
  announced: StreamState,
  after: StreamState | undefined,
): { least: number; most: number } {
  const sameStream = after !== undefined && after.lastSeq >= announced.lastSeq;
  if (!sameStream) return { least: announced.messages, most: announced.messages };
  const published = Number(after.lastSeq - announced.lastSeq);
  const removed = announced.messages + published - after.messages;
  const gained = format === 'v1' ? Math.max(0, published) : 0;
  return { least: Math.max(0, announced.messages - Math.max(0, removed)), most: announced.messages + gained };
}

/**
 * What a person should know of consumers that an archive holds at an older position than they had before the snapshot.
 * In a cluster 2.15.2 saves each at its ack floor, without what was delivered or acknowledged above it; nothing is lost,
 * but a restore delivers that again.
 *
 * @param before live consumers before the snapshot
 */
export function consumersBehind(
  stream: string,
  { consumers }: Pick<ArchiveSummary, 'consumers'>,
  before: readonly Pick<ConsumerSnapshot, 'name' | 'position'>[],
): string[] {
  const live = new Map(before.map(({ name, position }) => [name, position.delivered.stream]));
  return consumers.flatMap(({ name, position }) => {
    const delivered = live.get(name) ?? 0n;
    const saved = position.delivered.stream;
    if (saved >= delivered) return [];
    return [
      `Stream ${stream}: the snapshot holds consumer ${name} at sequence ${saved}, but ${delivered} was delivered ` +
        `before it began: what lies between is delivered again after a restore.`,
    ];
  });
}

function noneLost(announced: StreamState, after: StreamState | undefined): boolean {
  return after !== undefined && after.messages >= announced.messages && after.firstSeq === announced.firstSeq;
}

function mismatch(stream: string, what: string): BackupError {
  return new BackupError(
    'archiveMismatch',
    `Stream ${stream}: the snapshot is not what the server announced: ${what}. Back it up again.`,
  );
}
