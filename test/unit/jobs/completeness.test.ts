import assert from 'node:assert/strict';
import { isBackupError } from '../../../src/engine/errors';
import { checkCompleteness, consumersBehind } from '../../../src/engine/jobs/completeness';
import type { ArchiveSummary, StreamState } from '../../../src/engine/model';

function state(messages: number, firstSeq: number, lastSeq: number): StreamState {
  return {
    messages,
    bytes: messages * 100,
    firstSeq: BigInt(firstSeq),
    firstTime: '',
    lastSeq: BigInt(lastSeq),
    lastTime: '',
    consumerCount: 0,
    numDeleted: 0,
  };
}

function archive(messages: number, lastSeq: number, format: 'v1' | 'v2' = 'v1', exact = true): ArchiveSummary {
  return {
    format,
    messages,
    bytes: messages * 100,
    firstSeq: 1n,
    lastSeq: BigInt(lastSeq),
    exact,
    hasTombstones: false,
    consumers: [],
    uncompressedBytes: 0,
    archiveBytes: 0,
  };
}

function refused(...args: [ArchiveSummary, StreamState, StreamState | undefined]): boolean {
  try {
    checkCompleteness('S', ...args);
    return false;
  } catch (error) {
    assert.ok(isBackupError(error) && error.code === 'archiveMismatch');
    return true;
  }
}

describe('checkCompleteness', () => {
  const quiet = state(100, 1, 100);

  it('takes the exact count of a quiet stream and no other', () => {
    assert.equal(refused(archive(100, 100), quiet, quiet), false);
    assert.equal(refused(archive(99, 100), quiet, quiet), true);
    assert.equal(refused(archive(101, 100), quiet, quiet), true);
    assert.equal(refused(archive(100, 99), quiet, quiet), true);
  });

  it('lets V1 hold what was published meanwhile, and V2 not', () => {
    const after = state(110, 1, 110);
    assert.equal(refused(archive(107, 107), quiet, after), false);
    assert.equal(refused(archive(111, 111), quiet, after), true);
    assert.equal(refused(archive(107, 107, 'v2'), quiet, after), true);
    assert.equal(refused(archive(99, 100), quiet, after), true);
  });

  it('lets as many be missing as were removed meanwhile', () => {
    const after = state(95, 16, 110);
    assert.equal(refused(archive(85, 100), quiet, after), false);
    assert.equal(refused(archive(84, 100), quiet, after), true);
  });

  it('wants the announced count of a stream that was deleted or made anew meanwhile', () => {
    assert.equal(refused(archive(100, 100), quiet, undefined), false);
    assert.equal(refused(archive(60, 100), quiet, undefined), true);
    assert.equal(refused(archive(60, 100), quiet, state(3, 1, 3)), true);
  });

  it('takes a count without a usable index as a lower bound', () => {
    assert.equal(refused(archive(120, 100, 'v1', false), quiet, quiet), false);
    assert.equal(refused(archive(90, 100, 'v1', false), quiet, quiet), true);
  });

  it('takes an empty stream', () => {
    assert.equal(refused(archive(0, 0), state(0, 0, 0), state(0, 0, 0)), false);
  });
});

describe('consumersBehind', () => {
  const at = (name: string, delivered: number, floor = delivered) => ({
    name,
    config: {},
    position: {
      delivered: { consumer: BigInt(delivered), stream: BigInt(delivered) },
      ackFloor: { consumer: BigInt(floor), stream: BigInt(floor) },
      ackPending: 0,
      redelivered: 0,
    },
  });
  const of = (saved: ReturnType<typeof at>[], before: ReturnType<typeof at>[]) =>
    consumersBehind('S', { consumers: saved }, before);

  it('names a consumer whose deliveries the archive does not know', () => {
    const [text, ...others] = of([at('A', 20), at('B', 7)], [at('A', 30, 20), at('B', 7)]);
    assert.match(text ?? '', /^Stream S: .* consumer A at sequence 20, but 30 was delivered/);
    assert.deepEqual(others, []);
  });

  it('takes one that went on meanwhile, one that is new, and one that is gone', () => {
    assert.deepEqual(of([at('A', 31), at('NEW', 0)], [at('A', 30), at('GONE', 9)]), []);
  });
});
