import assert from 'node:assert/strict';
import type { JsonValue } from '../../src/engine/model';
import { jsonTexts, parseJsonInSlices } from '../../src/engine/util/jsonInSlices';
import { parseJson, stringifyJson } from '../../src/engine/util/losslessJson';
import { measureThread } from '../support/threadLoad';

/** Longer than what is parsed at once. */
const long = (text: string) => text.repeat(Math.ceil(150_000 / text.length));
const list = (element: string) => `[${long(`${element},`)}${element}]`;

const parsed = (text: string) => parseJsonInSlices(Buffer.from(text));

async function written(value: object): Promise<string> {
  let text = '';
  for await (const piece of jsonTexts(value, 2)) text += piece;
  return text;
}

describe('JSON in slices', () => {
  const texts: [name: string, text: string][] = [
    ['a short text', '{"a":[1,2,{"b":null}]}'],
    ['a list of objects', list('{"a":[1,2],"b":{"c":"d"}}')],
    ['lists in an object', `{"x":1,"first":${list('"e"')},"second":${list('[]')},"y":{"z":${list('7')}}}`],
    ['an object of many members', `{${Array.from({ length: 9000 }, (_, id) => `"k${id}":{"v":${id}}`).join()}}`],
    ['integers beyond 2^53', list('{"seq":18446744073709551615,"near":-9007199254740993}')],
    ['brackets, commas and quotes in texts', list(String.raw`{"a\",[":"]},{\\","b\\":"\u0022"}`)],
    ['letters of more than one byte', list('"größer, 語, 🐇"')],
    ['one long text in a list', `["${long('a,]')}", 1]`],
    ['lists in lists in lists in lists in lists', `[[[[[${list('[1]')}],2],3],4],5]`],
    ['nothing but space inside', `{"a":[${long(' ')}],"b":{${long('\n')}}}`],
    ['space between all', `\t{ "a" :\r\n ${list(' [ 1 , 2 ] ')} , "b" : ${list('3')} }\n`],
    ['names that mean something', `{"__proto__":${list('1')},"constructor":${list('2')},"":${list('3')}}`],
    ['a name that is there twice', `{"a":${list('1')},"a":${list('2')}}`],
  ];
  for (const [name, text] of texts) {
    it(`reads ${name} as the whole parser does`, async () => {
      assert.deepEqual(await parsed(text), parseJson(text));
    });
  }

  const wrong: [name: string, text: string][] = [
    ['a comma at the end of a list', `[${long('1,')}]`],
    ['a comma at the end of an object', `{"a":${list('1')},}`],
    ['a comma at the beginning', `[,${long('1,')}1]`],
    ['two commas', `[${long('1,')},${long('1,')}1]`],
    ['a missing comma', `[${long('1,')}1 1]`],
    ['a missing colon', `{"a" ${list('1')}}`],
    ['a missing value', `{"a":,"b":${list('1')}}`],
    ['a name that is no text', `{a:${list('1')}}`],
    ['brackets that do not match', `[${long('{],')}1]`],
    ['a list that does not end', `{"a":${list('1').slice(0, -1)}}`],
    ['a text that does not end', `["${long('a')}]`],
    ['more after the end', `${list('1')} 2`],
    ['a closing bracket too many', `[${long('1,')}1]]`],
  ];
  for (const [name, text] of wrong) {
    it(`refuses ${name}`, async () => {
      assert.throws(() => parseJson(text), SyntaxError);
      await assert.rejects(parsed(text), SyntaxError);
    });
  }

  it('refuses whatever is cut off, or has a byte taken out that holds it together', async () => {
    const whole = `{"streams":${list('{"name":"A","state":["1","2"]}')},"files":${list('{"path":"p"}')}}`;
    for (let at = 1; at < whole.length; at += 4999) await assert.rejects(parsed(whole.slice(0, at)), SyntaxError);
    for (let at = 7; at < whole.length; at += 4993) {
      if (/[a-z0-9]/i.test(whole[at] ?? '')) continue;
      const text = whole.slice(0, at) + whole.slice(at + 1);
      assert.throws(() => parseJson(text), SyntaxError);
      await assert.rejects(parsed(text), SyntaxError);
    }
  });

  it('says where the piece is that is wrong', async () => {
    await assert.rejects(parsed(`[${long('1,')}x]`), /in the piece from byte \d{5,} on/);
  });

  it('lets other work have its turn', async () => {
    const deleted = Array.from({ length: 500_000 }, (_, index) => 9_007_199_254_000_000n + BigInt(index * 1000));
    const bytes = Buffer.from(stringifyJson({ state: { deleted } }));
    const read = await measureThread(() => parseJsonInSlices(bytes));
    assert.equal(stringifyJson(read.result), bytes.toString());
    assert.ok(read.longestBlock <= 50, `the thread was held up for ${read.longestBlock} ms`);
    assert.ok(read.total > 2 * read.longestBlock, 'the work is too little to show anything');
  });

  it('writes what the whole writer does', async () => {
    const elements = Array.from({ length: 1001 }, (_, id) => ({ id, text: 'a\n"b', big: 2n ** 63n, list: [id, {}] }));
    const values: JsonValue[] = [{}, { a: 1, gone: undefined, c: [] }, { elements, more: { elements: [] } }];
    for (const value of values) assert.equal(await written(value as object), `${stringifyJson(value, 2)}\n`);
  });
});
