import assert from 'node:assert/strict';
import { readConsumerState } from '../../../src/engine/archive/consumerState';
import { uvarint, varint } from './makeArchive';

const read = (...bytes: number[]) => readConsumerState(Uint8Array.from(bytes));
const damaged = { code: 'archiveDamaged' };

/** Ack floor 10/20, delivered 13/24, two pending, one redelivered. */
const busy = [
  ...[22, 2, ...uvarint(10), ...uvarint(20), ...uvarint(13), ...uvarint(24), 2, ...varint(1795479819)],
  ...[1, 1, ...varint(5), 4, 3, ...varint(-1)],
  ...[1, 4, 2],
];

describe('consumerState', () => {
  it('reads the state of a real new consumer', () => {
    assert.deepEqual(readConsumerState(Buffer.from('1602000000000000', 'hex')), {
      delivered: { consumer: 0n, stream: 0n },
      ackFloor: { consumer: 0n, stream: 0n },
      ackPending: 0,
      redelivered: 0,
    });
  });

  it('reads pending and redelivered messages', () => {
    assert.deepEqual(read(...busy), {
      delivered: { consumer: 13n, stream: 24n },
      ackFloor: { consumer: 10n, stream: 20n },
      ackPending: 2,
      redelivered: 1,
    });
  });

  it('reads version 1, which counts what was delivered from the ack floor', () => {
    const pending = [1, ...varint(1795479819), 1, ...varint(3)];
    assert.deepEqual(read(22, 1, 10, 20, 4, 5, ...pending, 0), {
      delivered: { consumer: 13n, stream: 24n },
      ackFloor: { consumer: 10n, stream: 20n },
      ackPending: 1,
      redelivered: 0,
    });
    assert.deepEqual(read(22, 1, 1, 1, 4, 5, 0, 0).delivered, { consumer: 4n, stream: 5n });
  });

  it('keeps sequences beyond 2^53 exact', () => {
    const large = (1n << 62n) + 1n;
    const floor = uvarint(large);
    assert.deepEqual(read(22, 2, ...floor, ...floor, ...floor, ...floor, 0, 0).ackFloor, {
      consumer: large,
      stream: large,
    });
  });

  it('refuses a state that is cut anywhere, or goes on', () => {
    for (let size = 0; size < busy.length; size++) {
      assert.throws(() => read(...busy.slice(0, size)), damaged, `${size} bytes`);
    }
    assert.throws(() => read(...busy, 0), damaged);
  });

  it('refuses what cannot be', () => {
    assert.throws(() => read(21, 2, 0, 0, 0, 0, 0, 0), damaged);
    assert.throws(() => read(22, 3, 0, 0, 0, 0, 0, 0), damaged);
    assert.throws(() => read(22, 2, 0, ...uvarint(1n << 63n), 0, 0, 0, 0), damaged);
    assert.throws(() => read(22, 2, 0, 0, 0, 0, ...uvarint(1n << 40n), 0, 0), damaged);
  });
});
