import { formatBytes, type SetSummary, type SourceStream } from '../../../engine';

/** What stands between the parts of a row's description. */
const dot = ' · ';

/** `1 stream`, `560 messages`, `12,000 messages`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

/** `2 h ago`; both are milliseconds since 1970. */
export function describeAge(time: number, now: number): string {
  const minutes = Math.floor((now - time) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / (24 * 60))} days ago`;
}

/** `2026-11-23 12:00:00` in this machine's time zone. */
export function describeTime(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** `incomplete, 498 of 500 streams`, or how many streams there are, with or without data. */
export function describeStreams({ outcomes }: SetSummary): string {
  const { backedUp, configurationOnly, failed, cancelled } = outcomes;
  const held = backedUp + configurationOnly;
  const asked = held + failed + cancelled;
  if (held < asked) return `incomplete, ${held} of ${count(asked, 'stream')}`;
  if (backedUp === 0) return `configuration of ${count(held, 'stream')}`;
  return count(held, 'stream');
}

/** A set's figures, the most telling first, because a side bar is narrow. */
export function describeSet(summary: SetSummary, time: number, now: number, trouble?: string): string {
  const { messages, bytes, outcomes } = summary;
  const data = outcomes.backedUp === 0 ? [] : [count(messages, 'message'), formatBytes(bytes)];
  const damaged = trouble === undefined ? [] : ['damaged'];
  return [summary.context, ...damaged, describeStreams(summary), ...data, describeAge(time, now)].join(dot);
}

/** Whether every stream with data was proved whole when it was written. */
export function isVerified({ verified, outcomes }: SetSummary): boolean {
  return outcomes.backedUp > 0 && verified === outcomes.backedUp;
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
  return [count(figures.messages, 'message'), formatBytes(figures.bytes)].join(dot);
}

/** Leaves out what is empty. */
export function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(dot);
}
