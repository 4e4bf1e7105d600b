import { AccountStreams } from '../config/accountStreams';
import { integer, text } from '../config/normalForm';
import { filledStream, storedStream } from '../config/storedStream';
import type { MessagesAtStake } from '../configurationResults';
import { isBackupError, messageOf } from '../errors';
import type { JsonObject, StreamInfo } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import { deletedSequences, messageFrom, subjectTotals } from '../nats/streamDetails';
import { throwIfAborted } from '../util/abort';
import { formatBytes } from '../util/formatBytes';
import { formatDuration } from '../util/formatDuration';
import { inParallel } from '../util/inParallel';
import { isAtLeast } from '../util/serverVersion';
import { Turns } from '../util/turns';
import type { PlannedConfiguration } from './configurationPlan';

/** Streams asked for details at once. */
const streamsAtOnce = 4;
/** Up to so many deletes are asked for one by one, to count exactly. */
const deletesAsked = 100_000;

/** How many messages one rule removes. */
interface Removed {
  messages: number;
  exact: boolean;
  reason: string;
}

/**
 * The items, each update of a stream with the messages that the server would remove: as soon as it is applied, or, as
 * the reason then says, later. A stream is asked only where its line in the listing cannot tell.
 *
 * @throws BackupError `cancelled`
 */
export async function withMessagesAtStake(
  api: JetStreamApi,
  items: readonly PlannedConfiguration[],
  streams: ReadonlyMap<string, StreamInfo>,
  signal: AbortSignal,
): Promise<PlannedConfiguration[]> {
  const turns = new Turns();
  return await inParallel(items, streamsAtOnce, async (item) => {
    const { kind, stream, action } = item.change;
    const info = streams.get(stream);
    if (kind !== 'stream' || (action !== 'update' && action !== 'differs') || info === undefined) return item;
    throwIfAborted(signal, `Counting messages of stream ${stream}`);
    await turns.next();
    const deletes = await messagesAtStake(api, info, item.wanted, signal);
    return deletes === undefined ? item : { ...item, change: { ...item.change, deletes } };
  });
}

/**
 * What an update removes; undefined for nothing. Where it cannot be counted it is at most all.
 *
 * @throws BackupError `cancelled`
 */
export async function messagesAtStake(
  api: JetStreamApi,
  info: StreamInfo,
  wanted: JsonObject,
  signal?: AbortSignal,
): Promise<MessagesAtStake | undefined> {
  const { version } = api.rules;
  if (info.state.messages === 0) return undefined;
  const before = filledStream(info.config, version);
  const after = storedStream(wanted, { version, clustered: false, streams: new AccountStreams() }, false).config;
  const change = {
    api,
    info,
    before,
    after,
    goOn: () => throwIfAborted(signal, `Counting messages of stream ${info.config.name}`),
  };
  try {
    // These take the oldest ones, so that the largest figure holds for all three together.
    const oldest = [byCount(change), byBytes(change), await byAge(change), await byInterest(change)].filter(isSome);
    const perSubject = await bySubject(change);
    return together(oldest, perSubject, info.state.messages);
  } catch (error) {
    if (isBackupError(error) && error.code === 'cancelled') throw error;
    const reason = `what it removes cannot be counted, at most all ${amount(info.state.messages)}: ${messageOf(error)}`;
    return { messages: info.state.messages, exact: false, reason };
  }
}

interface Change {
  api: JetStreamApi;
  info: StreamInfo;
  /** As it is, and as it will be, with all that the server fills in. */
  before: JsonObject;
  after: JsonObject;
  /** Before each request: throws once the run is cancelled. */
  goOn: () => void;
}

function together(oldest: Removed[], perSubject: Removed | undefined, all: number): MessagesAtStake | undefined {
  const largest = oldest.reduce<Removed | undefined>(
    (a, b) => (a === undefined || b.messages > a.messages ? b : a),
    undefined,
  );
  if (largest === undefined || perSubject === undefined) return largest ?? perSubject;
  // The oldest may be among those that are too many of their subject.
  const messages = Math.min(all, largest.messages + perSubject.messages);
  return {
    messages,
    exact: false,
    reason: `${largest.reason}; ${perSubject.reason}; both together remove at most so many`,
  };
}

/** From 2.10 on a stream that discards new messages keeps those above a limit; 2.9 removes them all the same. */
function enforcesAtOnce({ api, after }: Change): boolean {
  return after['discard'] === 'old' || !isAtLeast(api.rules.version, 10);
}

function byCount(change: Change): Removed | undefined {
  const limit = integer(change.after, 'max_msgs');
  const { messages } = change.info.state;
  if (limit <= 0n || BigInt(messages) <= limit || !enforcesAtOnce(change)) return undefined;
  const reason = `max_msgs ${limit.toLocaleString('en')} is below the ${amount(messages)} of the stream`;
  return { messages: messages - Number(limit), exact: true, reason };
}

/** By the average size: which messages are how large only the server knows. */
function byBytes(change: Change): Removed | undefined {
  const limit = integer(change.after, 'max_bytes');
  const { messages, bytes } = change.info.state;
  if (limit <= 0n || BigInt(bytes) <= limit || !enforcesAtOnce(change)) return undefined;
  const reason = `max_bytes ${formatBytes(Number(limit))} is below the ${formatBytes(bytes)} of the stream`;
  return {
    messages: Math.min(messages, Math.ceil((bytes - Number(limit)) / (bytes / messages))),
    exact: false,
    reason,
  };
}

async function byAge({ api, info, before, after, goOn }: Change): Promise<Removed | undefined> {
  const [was, age] = [integer(before, 'max_age'), integer(after, 'max_age')];
  if (age <= 0n || (was > 0n && age >= was)) return undefined;
  const oldestKept = Date.now() - Number(age / 1_000_000n);
  const { firstSeq, lastSeq, firstTime, lastTime, messages } = info.state;
  if (Date.parse(firstTime) >= oldestKept) return undefined;
  const { name } = info.config;
  let [low, high] = [Date.parse(lastTime) < oldestKept ? lastSeq + 1n : firstSeq, lastSeq + 1n];
  // The first sequence from which on every message is young enough.
  while (low < high) {
    goOn();
    const middle = (low + high) / 2n;
    const message = await messageFrom(api, name, middle);
    if (message === undefined || Date.parse(message.time) >= oldestKept) high = middle;
    else low = message.sequence + 1n;
  }
  const removed = await countBelow(api, info, low);
  if (removed.messages === 0) return undefined;
  const reason = `max_age ${formatDuration(age)}: ${amount(Math.min(removed.messages, messages))} are older`;
  return { ...removed, reason };
}

/** Switched to interest, a stream keeps what some consumer still wants; without consumers nothing, from 2.14 on. */
async function byInterest({ api, info, before, after }: Change): Promise<Removed | undefined> {
  if (text(after, 'retention') !== 'interest' || text(before, 'retention') === 'interest') return undefined;
  const { messages, consumerCount } = info.state;
  if (consumerCount === 0) {
    if (!isAtLeast(api.rules.version, 14)) return undefined;
    return { messages, exact: true, reason: 'with retention "interest" and no consumers nobody wants any message' };
  }
  const consumers = await api.listConsumers(info.config.name);
  const floors = consumers.map(({ position }) => position.ackFloor.stream);
  const floor = floors.reduce((a, b) => (b < a ? b : a), info.state.lastSeq);
  const { messages: acknowledged } = await countBelow(api, info, floor + 1n);
  if (acknowledged === 0) return undefined;
  const reason = 'with retention "interest" what all consumers have acknowledged goes';
  return { messages: acknowledged, exact: false, reason };
}

/** Below 2.12 a first limit acts on a subject only with its next messages, or when the server starts again. */
async function bySubject({ api, info, before, after, goOn }: Change): Promise<Removed | undefined> {
  const [was, limit] = [integer(before, 'max_msgs_per_subject'), integer(after, 'max_msgs_per_subject')];
  if (limit <= 0n || (was > 0n && limit >= was) || BigInt(info.state.messages) <= limit) return undefined;
  const later = was <= 0n && !isAtLeast(api.rules.version, 12);
  const totals = await subjectTotals(api, info.config.name, goOn);
  const messages = [...totals.values()].reduce((sum, total) => sum + Math.max(0, total - Number(limit)), 0);
  if (messages === 0) return undefined;
  const subjects = [...totals.values()].filter((total) => total > Number(limit)).length;
  const when = later ? 'later, with the next messages of each subject or when the server starts again: ' : '';
  const reason = `${when}max_msgs_per_subject ${limit.toLocaleString('en')} is below what ${subjects.toLocaleString('en')} subjects hold`;
  return { messages, exact: true, reason };
}

/** The messages below a sequence. */
async function countBelow(
  api: JetStreamApi,
  { config, state }: StreamInfo,
  sequence: bigint,
): Promise<Omit<Removed, 'reason'>> {
  if (sequence <= state.firstSeq) return { messages: 0, exact: true };
  const span = Number(sequence - state.firstSeq);
  if (state.numDeleted === 0) return { messages: Math.min(span, state.messages), exact: true };
  if (state.numDeleted <= deletesAsked) {
    const deleted = await deletedSequences(api, config.name);
    const messages = span - deleted.filter((each) => each < sequence).length;
    return { messages: Math.min(messages, state.messages), exact: true };
  }
  const share = state.messages / Number(state.lastSeq - state.firstSeq + 1n);
  return { messages: Math.round(span * share), exact: false };
}

function amount(messages: number): string {
  return `${messages.toLocaleString('en')} message${messages === 1 ? '' : 's'}`;
}

function isSome<T>(value: T | undefined): value is T {
  return value !== undefined;
}
