import { formatBytes, type SetSummary, type SourceStream } from '../../../engine';
import { countOf, phrase } from '../../ui/format';

/** `incomplete, 498 of 500`, or how many streams there are, with or without data. */
export function describeStreams({ outcomes }: SetSummary): string {
  const { backedUp, configurationOnly, failed, cancelled } = outcomes;
  const held = backedUp + configurationOnly;
  const asked = held + failed + cancelled;
  if (held < asked) return `incomplete, ${held.toLocaleString('en')} of ${asked.toLocaleString('en')}`;
  if (backedUp === 0) return `configuration of ${countOf(held, 'stream')}`;
  return countOf(held, 'stream');
}

/** `560 messages · 1.2 MiB`; nothing where a set holds configuration only. */
export function describeFiguresOfSet({ messages, bytes, outcomes }: SetSummary): string {
  return outcomes.backedUp === 0 ? '' : phrase(countOf(messages, 'message'), formatBytes(bytes));
}

/** `3 streams · 560 messages · 1.2 MiB` */
export function describeSet(summary: SetSummary): string {
  return phrase(describeStreams(summary), describeFiguresOfSet(summary));
}

/** Messages and bytes of a stream's backup: the archive's as the manifest has them, else what the server announced. */
export function figuresOf({ manifestEntry, state }: SourceStream): { messages: number; bytes: number } | undefined {
  if (manifestEntry !== undefined) return manifestEntry;
  const [messages, bytes] = [state?.['messages'], state?.['bytes']];
  return typeof messages === 'number' && typeof bytes === 'number' ? { messages, bytes } : undefined;
}

/** `500 messages · 44 KiB`, or how large the archive is where nothing else is known. */
export function describeFigures(stream: SourceStream): string {
  const figures = figuresOf(stream);
  if (figures === undefined) return stream.archiveBytes > 0 ? `${formatBytes(stream.archiveBytes)} archive` : '';
  return phrase(countOf(figures.messages, 'message'), formatBytes(figures.bytes));
}
