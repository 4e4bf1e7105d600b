import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveSummary, ConsumerInfo, ConsumerPosition, ConsumerSnapshot } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { Difference, StreamFigures } from '../results';
import { isWorkQueue } from './recreateConsumers';

/** A cluster proposes restored consumers one by one after its success reply. */
const consumersSettleMs = 10_000;

/** Reads a restored stream and compares it with its backup: figures, consumers and where they stand. */
export async function readBack(
  api: JetStreamApi,
  stream: string,
  expected: StreamFigures,
  summary: ArchiveSummary,
  recreated: readonly ConsumerSnapshot[],
): Promise<{ actual: StreamFigures; differences: Difference[] }> {
  const consumers = await settledConsumers(api, stream, expected.consumers);
  const { state, config } = await api.streamInfo(stream);
  const actual: StreamFigures = {
    messages: state.messages,
    bytes: state.bytes,
    firstSeq: String(state.firstSeq),
    lastSeq: String(state.lastSeq),
    consumers: consumers.length,
  };
  const live = new Map(consumers.map((consumer) => [consumer.name, consumer]));
  return {
    actual,
    differences: [
      ...compareFigures(expected, actual, comparableFigures(summary.exact, config.storage === 'memory')),
      ...summary.consumers.flatMap((saved) => comparePosition(saved, live.get(saved.name), state.firstSeq)),
      ...recreated.flatMap((saved) => compareStart(saved, live.get(saved.name), state.firstSeq, isWorkQueue(config))),
    ],
  };
}

async function settledConsumers(api: JetStreamApi, stream: string, expected: number): Promise<ConsumerInfo[]> {
  const deadline = performance.now() + consumersSettleMs;
  for (;;) {
    const consumers = await api.listConsumers(stream);
    const settled = consumers.length >= expected || api.server.clusterName === undefined;
    if (settled || performance.now() > deadline) return consumers;
    await delay(100);
  }
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
  return fields.flatMap((field) => difference(field, expected[field], actual[field]));
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
