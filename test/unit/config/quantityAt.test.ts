import assert from 'node:assert/strict';
import { quantityAt } from '../../../src/engine/config/quantityAt';

/** The meaning at the place marked by a bar, and the text that it is shown for. */
function at(marked: string): [meaning: string, of: string] | undefined {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = quantityAt(text, offset);
  return found && [found.meaning, text.slice(found.offset, found.offset + found.length)];
}

describe('quantityAt', () => {
  const cases: [what: string, marked: string, found: [string, string] | undefined][] = [
    ['a value', '{"storage":"file","max_age": 864|00000000000}', ['24 h', '86400000000000']],
    ['a name', '{"storage":"file","max_|age": 0}', ['unlimited', '"max_age"']],
    [
      'a value beyond 2^53',
      '{"storage":"file","first_seq":|9007199254740993}',
      ['sequence 9,007,199,254,740,993', '9007199254740993'],
    ],
    [
      'a member of a member',
      '{"storage":"file","consumer_limits":{"inactive_threshold":|5000000000}}',
      ['5 s', '5000000000'],
    ],
    [
      'a member in a list',
      '{"storage":"file","sources":[{"name":"A"},{"opt_start_seq":|12345}]}',
      ['sequence 12,345', '12345'],
    ],
    ['an element of a list', '{"ack_policy":"all","backoff":[1000000000,|5000000000]}', ['5 s', '5000000000']],
    ['the name of a list', '{"ack_policy":"all","back|off":[1000000000,5000000000]}', ['1 s, 5 s', '"backoff"']],
    ['a field of both kinds, in a stream', '{"retention":"limits","max_bytes":|-1}', ['unlimited', '-1']],
    ['a field of both kinds, in a consumer', '{"ack_wait":1,"max_bytes":|0}', ['unlimited', '0']],
    ['a file that is half written', '{"storage":"file","max_age": 60|000000000', ['1 min', '60000000000']],
    ['a file with a comment', '{"storage":"file", // or memory\n"max_age": 60|000000000}', ['1 min', '60000000000']],
    ['a number that says all itself', '{"storage":"file","max_msgs":|7}', undefined],
    ['a text', '{"storage":"file","max_age":"|7"}', undefined],
    ['a fraction', '{"storage":"file","max_age":|1.5}', undefined],
    ['a list with a text', '{"ack_policy":"all","back|off":[1000000000,"5s"]}', undefined],
    ['metadata of the same name', '{"storage":"file","metadata":{"max_age":|0}}', undefined],
    ['a file of another tool', '{"id":1,"max_bytes":|0}', undefined],
    ['a file of both kinds', '{"storage":"file","ack_wait":|0}', undefined],
    ['a list', '[|0]', undefined],
    ['nothing', '|', undefined],
  ];
  for (const [what, marked, found] of cases) {
    it(`${found === undefined ? 'finds nothing in' : 'finds'} ${what}`, () => assert.deepEqual(at(marked), found));
  }
});
