import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveSummary, ConsumerInfo, ConsumerPosition, ConsumerSnapshot } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { Difference, StreamFigures } from '../results';
import { isWorkQueue } from './recreateConsumers';

/**
 * A cluster proposes restored consumers one by one after its success reply, and each shows no position before it has a
 * leader: so long may nothing of that change.
 */
const consumersSettleMs = 10_000;

interface ReadBack {
  actual: StreamFigures;
  differences: Difference[];
}

/** Reads a restored stream and compares it with its backup: figures, consumers and where they stand. */
export async function readBack(
  api: JetStreamApi,
  stream: string,
  expected: StreamFigures,
  summary: ArchiveSummary,
  recreated: readonly ConsumerSnapshot[],
): Promise<ReadBack> {
  let least = Infinity;
  let deadline = Infinity;
  for (;;) {
    const { unsettled, ...found } = await readOnce(api, stream, expected, summary, recreated);
    if (unsettled === 0 || api.server.clusterName === undefined) return found;
    if (unsettled < least) {
      least = unsettled;
      deadline = performance.now() + consumersSettleMs;
    }
    if (performance.now() > deadline) return found;
    await delay(200);
  }
}

/** `unsettled` counts the differences that a cluster may still put right. */
async function readOnce(
  api: JetStreamApi,
  stream: string,
  expected: StreamFigures,
  summary: ArchiveSummary,
  recreated: readonly ConsumerSnapshot[],
): Promise<ReadBack & { unsettled: number }> {
  const consumers = await api.listConsumers(stream);
  const { state, config } = await api.streamInfo(stream);
  const actual: StreamFigures = {
    messages: state.messages,
    bytes: state.bytes,
    firstSeq: String(state.firstSeq),
    lastSeq: String(state.lastSeq),
    consumers: consumers.length,
  };
  const live = new Map(consumers.map((consumer) => [consumer.name, consumer]));
  const restored = [
    ...summary.consumers.flatMap((saved) => comparePosition(saved, live.get(saved.name), state.firstSeq)),
    ...recreated.flatMap((saved) => compareStart(saved, live.get(saved.name), state.firstSeq, isWorkQueue(config))),
  ];
  const known = new Set([...summary.consumers, ...recreated].map(({ name }) => name));
  const others = consumers.filter(({ name }) => !known.has(name));
  const differences = [
    ...compareFigures(expected, actual, comparableFigures(summary.exact, config.storage === 'memory')),
    ...restored,
    ...others.flatMap(({ name }) => difference(`consumer ${name}`, 'missing', 'present')),
  ];
  return { actual, differences, unsettled: restored.length };
}

/**
 * Which figures can be compared: those of an archive without a usable index are only a lower bound of what to expect,
 * and a stream in memory counts its bytes otherwise than an archive does.
 */
function comparableFigures(exact: boolean, inMemory: boolean): readonly (keyof StreamFigures)[] {
  if (!exact) return ['consumers'];
  return inMemory
    ? ['messages', 'firstSeq', 'lastSeq', 'consumers']
    : ['messages', 'bytes', 'firstSeq', 'lastSeq', 'consumers'];
}

function compareFigures(
  expected: StreamFigures,
  actual: StreamFigures,
  fields: readonly (keyof StreamFigures)[],
): Difference[] {
  // A stream that never had a message begins at 0 or at 1, as the server likes (2.15.2 restores it with 1).
  const unused = expected.lastSeq === '0' && actual.lastSeq === '0';
  const compared = unused ? fields.filter((field) => field !== 'firstSeq') : fields;
  return compared.flatMap((field) => difference(field, expected[field], actual[field]));
}

function comparePosition(saved: ConsumerSnapshot, live: ConsumerInfo | undefined, firstSeq: bigint): Difference[] {
  if (live === undefined) return difference(`consumer ${saved.name}`, 'present', 'missing');
  if (isMovedToFirst(saved, live, firstSeq)) return [];
  const of = (position: ConsumerPosition) => ({
    'ack floor': pair(position.ackFloor),
    delivered: pair(position.delivered),
    'ack pending': String(position.ackPending),
  });
  const [expected, actual] = [of(saved.position), of(live.position)];
  return (['ack floor', 'delivered', 'ack pending'] as const).flatMap((what) =>
    difference(`consumer ${saved.name}: ${what}`, expected[what], actual[what]),
  );
}

/** A consumer that stood before the oldest message is moved to it by the server, and counts anew (measured 2.15.2). */
function isMovedToFirst(saved: ConsumerSnapshot, live: ConsumerInfo, firstSeq: bigint): boolean {
  const beforeFirst = firstSeq - 1n;
  const { delivered, ackFloor } = live.position;
  return (
    saved.position.delivered.stream < beforeFirst && delivered.stream === beforeFirst && ackFloor.stream === beforeFirst
  );
}

/**
 * A consumer that was created anew counts its own sequence from zero, and its ack floor may be told as 0 until the first
 * acknowledgement (measured 2.9.10, 2.14.9): where it goes on is told by what counts as delivered. Once a client took
 * messages of it there is nothing to compare any more.
 */
function compareStart(
  saved: ConsumerSnapshot,
  live: ConsumerInfo | undefined,
  firstSeq: bigint,
  workQueue: boolean,
): Difference[] {
  if (live === undefined) return difference(`consumer ${saved.name}`, 'present', 'missing');
  const { delivered } = live.position;
  if (workQueue || delivered.consumer > 0n) return [];
  const floor = saved.position.ackFloor.stream;
  const expected = floor < firstSeq ? firstSeq - 1n : floor;
  return difference(`consumer ${saved.name}: goes on after`, String(expected), String(delivered.stream));
}

function difference(what: string, expected: string | number, actual: string | number): Difference[] {
  return expected === actual ? [] : [{ what, expected: String(expected), actual: String(actual) }];
}

function pair(position: ConsumerPosition['ackFloor']): string {
  return `consumer sequence ${position.consumer}, stream sequence ${position.stream}`;
}
