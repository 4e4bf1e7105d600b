import assert from 'node:assert/strict';
import type { PlainValue, PlannedChange, RestoreConfigurationResult } from '../../../src/engine';
import { planText } from '../../../src/extension/editors/planText';
import { shownValues } from '../../../src/extension/editors/planValues';
import type { PlanPage } from '../../../src/extension/services/planPages';

const age = { field: 'max_age', from: 0, to: 86_400_000_000_000, verdict: 'applies' } as const;

function change(stream: string, more: Partial<PlannedChange> = {}): PlannedChange {
  return { kind: 'stream', stream, action: 'unchanged', changes: [], warnings: [], ...more };
}

function page(changes: PlannedChange[], more: Partial<PlanPage> = {}): PlanPage {
  const items = changes.map((each) => ({ change: each }));
  const plan = { context: 'prod', serverVersion: '2.15.2', source: '/w/config', updateStreams: true, problems: [] };
  return { state: 'open', plan: { ...plan, items }, ...more } as unknown as PlanPage;
}

const lines = (shown: PlanPage) => planText(shown, (path) => path.replace('/w/', '')).split('\n');

describe('the text of a plan', () => {
  it('says in words what the numbers of a field mean, and each reason on a line of its own', () => {
    const storage = { field: 'storage', from: 'file', to: 'memory', verdict: 'refused', reason: 'Never.' } as const;
    const shown = page([
      change('KV', { action: 'refused', changes: [storage] }),
      change('ORDERS', { action: 'update', changes: [age] }),
    ]);
    assert.deepEqual(lines(shown), [
      'Plan for context prod, nats-server 2.15.2',
      'From config',
      '',
      '1 to update, 1 refused. Nothing has been sent.',
      '',
      'Refused by the server: not sent (1)',
      '  stream KV',
      '      storage  "file" → "memory"',
      '          refused: Never.',
      '',
      'Update (1)',
      '  stream ORDERS',
      '      max_age  0 → 86400000000000',
      '          (unlimited → 24 h)',
      '',
    ]);
  });

  it('says before everything else what it deletes, and only where it would be sent', () => {
    const deletes = { messages: 400, exact: true, reason: 'max_msgs 100 is below 500' };
    const losing = change('ORDERS', { action: 'update', changes: [age], deletes });
    const [, , , summary, first, , title, kept] = lines(page([change('A', { action: 'update' }), losing]));
    assert.equal(summary, '2 to update. Nothing has been sent.');
    assert.equal(first, '⚠ DELETES 400 messages of ORDERS.');
    assert.deepEqual([title, kept], ['Update (2)', '  stream ORDERS']);
    const off = lines(page([{ ...losing, action: 'differs' }]));
    assert.ok(!off.join().includes('DELETES'));
    assert.ok(off.includes('      ⚠ Would delete 400 messages: max_msgs 100 is below 500'));
  });

  it('says once what is the same in very many', () => {
    const names = Array.from({ length: 300 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    const other = { field: 'max_msgs', from: -1, to: 5, verdict: 'applies' } as const;
    const shown = lines(
      page(names.map((name, index) => change(name, { action: 'update', changes: [index === 7 ? other : age] }))),
    );
    assert.equal(shown.filter((line) => line.includes('max_age')).length, 1);
    assert.deepEqual(shown.slice(5, 10), [
      'Update (300)',
      '  The same in 299 streams:',
      '      max_age  0 → 86400000000000',
      '          (unlimited → 24 h)',
      '    S000, S001, S002, S003, S004, S005, S006,',
    ]);
    assert.ok(shown.includes('  stream S007'));
    assert.ok(shown.includes('      max_msgs  -1 → 5  (unlimited → 5 messages)'));
    assert.ok(shown.length < 60, `${shown.length} lines`);
    for (const name of names)
      assert.ok(
        shown.some((line) => new RegExp(`\\b${name}\\b`).test(line)),
        name,
      );
    const same = lines(page(names.map((name) => change(name))));
    assert.equal(same[6], '  300 streams:');
  });

  it('says after the job what became of each', () => {
    const error = { code: 'serverError', message: 'The server says no.' } as const;
    const done = { kind: 'stream', stream: 'B', action: 'update', differences: [] } as const;
    const dropped = { field: 'max_age', sent: 5, returned: 0 };
    const result: RestoreConfigurationResult = {
      plan: [],
      problems: [],
      applied: [{ ...done, differences: [dropped] }],
      failed: [{ kind: 'stream', stream: 'A', action: 'create', error }],
      saved: '/w/undo/1',
    };
    const planned = [change('A', { action: 'create' }), change('B', { action: 'update' })];
    const shown = page([...planned, change('C', { action: 'update' })], { state: 'applied', result });
    assert.deepEqual(lines(shown).slice(3), [
      'Applied: 1 updated, 1 failed, 1 not sent.',
      'The configuration as it was before is in undo/1.',
      '',
      'Failed (1)',
      '  stream A',
      '      The server says no.',
      '',
      'Updated (1)',
      '  stream B',
      '      ! The server stored max_age as 0, not 5.',
      '',
      'Not sent (1)',
      '  stream C',
      '',
    ]);
  });

  it('names the files that could not be used before what could', () => {
    const shown = page([change('A', { action: 'create' })]);
    shown.plan.problems = [{ file: '/w/config/x.json', line: 3, code: 'notABackup', message: 'Not JSON.' }];
    assert.deepEqual(lines(shown).slice(5, 8), [
      'Files that could not be used (1)',
      '  config/x.json, line 3: Not JSON.',
      '',
    ]);
  });
});

describe('a changed value', () => {
  const shown = (from: PlainValue, to: PlainValue) => shownValues({ from, to });
  const subjects = Array.from({ length: 1000 }, (_, index) => `orders.${index}`);

  it('is whole where it is short', () => {
    assert.equal(shown(['a'], ['a', 'b']), '["a"] → ["a","b"]');
    assert.equal(shown(null, true), 'not set → true');
  });

  it('of a long list is what is added and removed', () => {
    const without = subjects.filter((subject) => subject !== 'orders.7');
    assert.equal(shown(subjects, without), '1,000 → 999 values, without "orders.7"');
    assert.match(shown([], subjects), /^0 → 1,000 values, with "orders.0", "orders.1", "orders.2" and 997 more$/);
    assert.equal(shown(subjects, [...subjects].reverse()), '1,000 → 1,000 values, in another order');
  });

  it('of a long text is the part that differs', () => {
    const text = 'x'.repeat(100);
    assert.equal(shown(`${text}old`, `${text}new`), '…xxxxxxxxxxxxold" → …xxxxxxxxxxxxnew"');
  });
});
