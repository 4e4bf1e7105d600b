import assert from 'node:assert/strict';
import { RateLimiter } from '../../src/engine/progress';

describe('RateLimiter', () => {
  it('emits the first value at once, holds back what follows too soon, and flushes the newest', () => {
    let now = 0;
    const seen: number[] = [];
    const limiter = new RateLimiter<number>(
      (value) => seen.push(value),
      100,
      () => now,
    );
    limiter.push(1);
    limiter.push(2);
    limiter.push(3);
    assert.deepEqual(seen, [1]);
    limiter.flush();
    assert.deepEqual(seen, [1, 3]);
    now = 250;
    limiter.push(4);
    limiter.flush();
    assert.deepEqual(seen, [1, 3, 4]);
  });
});
