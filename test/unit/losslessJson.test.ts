import assert from 'node:assert/strict';
import { parseJson, stringifyJson } from '../../src/engine/util/losslessJson';

describe('losslessJson', () => {
  it('keeps integers beyond 2^53 and writes them as they were read', () => {
    const text =
      '{"max":9223372036854775807,"min":-9223372036854775808,"small":42,"ratio":0.5,"list":[18446744073709551615]}';
    assert.equal(stringifyJson(parseJson(text)), text);
    assert.deepEqual(parseJson('{"seq":9007199254740993}'), { seq: 9007199254740993n });
  });

  it('finds the long integer wherever it stands, and takes no long text for one', () => {
    for (const text of ['9007199254740993', '-9007199254740993', '[9007199254740993]', '[1, 9007199254740993]']) {
      assert.equal(stringifyJson(parseJson(text)), text.replace(' ', ''));
    }
    assert.deepEqual(parseJson('{"a":"9007199254740993","b":1e3,"c":-0.25}'), {
      a: '9007199254740993',
      b: 1000,
      c: -0.25,
    });
  });

  it('leaves members that are undefined out', () => {
    assert.equal(stringifyJson({ a: undefined, b: 1 }), '{"b":1}');
  });
});
