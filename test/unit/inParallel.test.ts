import assert from 'node:assert/strict';
import { inParallel } from '../../src/engine/util/inParallel';

describe('inParallel', () => {
  it('keeps to its limit and answers in order', async () => {
    let running = 0;
    let most = 0;
    const answers = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      running--;
      return item * 10;
    });
    assert.deepEqual(answers, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
  });

  it('begins nothing after a failure, and throws it when all that was begun has ended', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = inParallel([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 0) throw new Error('first');
      await new Promise(setImmediate);
      ended++;
    });
    await assert.rejects(work, { message: 'first' });
    assert.deepEqual([begun, ended], [[0, 1], 1]);
  });
});
