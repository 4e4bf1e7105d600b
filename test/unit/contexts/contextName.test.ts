import assert from 'node:assert/strict';
import { checkContextName, contextNameProblem } from '../../../src/engine/contexts/contextName';

describe('a context name', () => {
  for (const name of ['prod', 'prod.eu', 'two words', 'münchen', '.hidden', 'a*b>c']) {
    it(`may be ${JSON.stringify(name)}`, () => assert.equal(contextNameProblem(name, 'linux'), undefined));
  }

  for (const name of ['', '..', 'a..b', 'a/b', 'a\\b', 'a\0b', 'x'.repeat(221), 'ü'.repeat(111)]) {
    it(`may not be ${JSON.stringify(name.slice(0, 20))} (${name.length} characters)`, () => {
      assert.throws(() => checkContextName(name), { code: 'invalidOption', option: 'name' });
    });
  }

  for (const name of ['a:b', 'a*', 'what?', 'a\tb', 'dot.', 'space ']) {
    it(`may not be ${JSON.stringify(name)} on Windows`, () => {
      assert.equal(contextNameProblem(name, 'win32'), 'holds what Windows refuses in a file name');
      assert.equal(contextNameProblem(name, 'linux'), undefined);
    });
  }
});
