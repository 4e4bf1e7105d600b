import assert from 'node:assert/strict';
import { BackupError, type ErrorCode } from '../../../src/engine';
import {
  flag,
  optionalInteger,
  optionalTexts,
  refuseOthers,
  requiredText,
} from '../../../src/extension/commands/readOptions';

function refusal(code: ErrorCode, option: string): (error: unknown) => boolean {
  return (error) => error instanceof BackupError && error.code === code && error.option === option;
}

describe('reading an options object', () => {
  it('names the option that is missing or of the wrong form', () => {
    assert.equal(requiredText({ context: 'prod' }, 'context'), 'prod');
    assert.throws(() => requiredText({}, 'context'), refusal('invalidOption', 'context'));
    assert.throws(() => requiredText({ context: '' }, 'context'), refusal('invalidOption', 'context'));
    assert.throws(() => requiredText({ context: 7 }, 'context'), refusal('invalidOption', 'context'));
    assert.throws(() => flag({ data: 'yes' }, 'data', false), refusal('invalidOption', 'data'));
    assert.equal(flag({}, 'data', true), true);
  });

  it('takes one text for a list of one', () => {
    assert.deepEqual(optionalTexts({ streams: 'A' }, 'streams'), ['A']);
    assert.deepEqual(optionalTexts({ streams: ['A', 'B'] }, 'streams'), ['A', 'B']);
    assert.equal(optionalTexts({}, 'streams'), undefined);
    for (const streams of [[], [''], ['A', 1], null]) {
      assert.throws(() => optionalTexts({ streams }, 'streams'), refusal('invalidOption', 'streams'));
    }
  });

  it('keeps integers within their bounds', () => {
    const bounds = { min: 1, max: 10 };
    assert.equal(optionalInteger({ size: 10 }, 'size', bounds), 10);
    for (const size of [0, 11, 1.5, '3', NaN]) {
      assert.throws(() => optionalInteger({ size }, 'size', bounds), refusal('invalidOption', 'size'));
    }
  });

  it('refuses a misspelt option, and says of one that comes later that it does not work yet', () => {
    refuseOthers({ context: 'prod', token: {}, later: undefined }, ['context']);
    assert.throws(() => refuseOthers({ stream: 'A' }, ['streams']), refusal('invalidOption', 'stream'));
    assert.throws(() => refuseOthers({ tags: ['a'] }, ['context'], ['tags']), refusal('notSupported', 'tags'));
  });
});
