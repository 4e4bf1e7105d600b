import assert from 'node:assert/strict';
import { RunMeter } from '../../../src/engine/jobs/runMeter';

describe('RunMeter', () => {
  it('adds up the streams of a run to one rate and one time left', () => {
    let now = 0;
    const meter = new RunMeter(
      'backup',
      [
        ['A', 1000],
        ['B', 3000],
      ],
      () => now,
    );
    const at = (time: number, stream: string, bytes: number, total: number) => {
      now = time;
      return meter.report({ stream, phase: 'backup', bytes, total, archiveBytes: bytes, chunks: 1 });
    };
    at(0, 'A', 0, 1000);
    const half = at(1000, 'A', 1000, 1000);
    assert.equal(half.bytesPerSecond, 1000);
    assert.equal(half.total, 4000);
    assert.equal(half.secondsLeft, 3);
    assert.deepEqual(half.active, ['A']);
    const done = meter.end('A');
    assert.equal(done.streamsDone, 1);
    assert.equal(done.streamsTotal, 2);
    assert.deepEqual(done.active, []);
  });

  it('grows the total with a live stream, and forgets what a failed one did not bring', () => {
    const meter = new RunMeter(
      'backup',
      [
        ['A', 100],
        ['B', 900],
      ],
      () => 0,
    );
    assert.equal(
      meter.report({ stream: 'A', phase: 'backup', bytes: 150, total: 100, archiveBytes: 0, chunks: 1 }).total,
      1050,
    );
    assert.equal(meter.end('B').total, 150);
  });
});
