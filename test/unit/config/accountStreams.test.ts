import assert from 'node:assert/strict';
import { AccountStreams } from '../../../src/engine/config/accountStreams';
import { effectiveSubjects, subjectsOverlap } from '../../../src/engine/config/subjects';

const tokens = ['a', 'b', '*'];
/** Every subject of up to three of these tokens, also with `>` at the end. */
const subjects = tokens.flatMap((one) => [
  one,
  `${one}.>`,
  ...tokens.flatMap((two) => [`${one}.${two}`, `${one}.${two}.>`, ...tokens.map((three) => `${one}.${two}.${three}`)]),
]);

describe('the streams of an account', () => {
  it('are found to overlap as two subjects are', () => {
    for (const taken of [...subjects, '>']) {
      const streams = new AccountStreams([{ name: 'OTHER', subjects: [taken] }]);
      for (const subject of [...subjects, '>']) {
        const found = streams.overlapWith({ name: 'S', subjects: [subject] });
        const expected = subjectsOverlap(subject, taken) ? { subject, taken, stream: 'OTHER' } : undefined;
        assert.deepEqual(found, expected, `${subject} and ${taken}`);
      }
    }
  });

  it('overlap none but others, and with the subjects that they have now', () => {
    const streams = new AccountStreams([{ name: 'A', subjects: ['a.>', 'x'] }, { name: 'B' }]);
    assert.equal(streams.overlapWith({ name: 'A', subjects: ['a.b', 'x'] }), undefined);
    assert.equal(streams.overlapWith({ name: 'C', subjects: ['c', 'x'] })?.stream, 'A');
    assert.equal(streams.overlapWith({ name: 'C', subjects: ['B'] })?.stream, 'B');
    streams.set({ name: 'A', subjects: ['y'] });
    assert.equal(streams.overlapWith({ name: 'C', subjects: ['a.b', 'x', 'a.>'] }), undefined);
    assert.deepEqual(effectiveSubjects(streams.find('A') ?? { name: '' }), ['y']);
    assert.equal(streams.size, 2);
  });
});
