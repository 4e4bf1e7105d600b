import assert from 'node:assert/strict';
import { effectiveSubjects, subjectsOverlap } from '../../../src/engine/config/subjects';

describe('subjectsOverlap', () => {
  const cases: [string, string, boolean][] = [
    ['orders', 'orders', true],
    ['orders', 'order', false],
    ['orders.*', 'orders.new', true],
    ['orders.*', 'orders.new.eu', false],
    ['orders.>', 'orders', false],
    ['orders.>', 'orders.new.eu', true],
    ['orders.>', '*.new', true],
    ['*.new', 'orders.*', true],
    ['*.new', 'orders.old', false],
    ['>', 'anything.at.all', true],
    ['a.*.c', 'a.b.>', true],
    ['a.*.c.d', 'a.b.c', false],
  ];
  for (const [a, b, expected] of cases) {
    it(`${a} and ${b} ${expected ? 'overlap' : 'do not overlap'}`, () => {
      assert.equal(subjectsOverlap(a, b), expected);
      assert.equal(subjectsOverlap(b, a), expected);
    });
  }
});

describe('effectiveSubjects', () => {
  it('is the name where none are given, and nothing for a mirror or a stream with sources', () => {
    assert.deepEqual(effectiveSubjects({ name: 'S' }), ['S']);
    assert.deepEqual(effectiveSubjects({ name: 'S', subjects: ['a', 'b'] }), ['a', 'b']);
    assert.deepEqual(effectiveSubjects({ name: 'S', mirror: { name: 'O' } }), []);
    assert.deepEqual(effectiveSubjects({ name: 'S', sources: [{ name: 'O' }] }), []);
  });
});
