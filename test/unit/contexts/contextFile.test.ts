import assert from 'node:assert/strict';
import { parseContextFile, serialiseContextFile } from '../../../src/engine/contexts/contextFile';

describe('a context file', () => {
  it('keeps the fields that it does not know, integers beyond 2^53 among them', () => {
    const text = '{"url":"nats://a","lanes":{"left":[1,null,"x"]},"serial":18446744073709551615,"dry":true}';
    const again = parseContextFile(serialiseContextFile(parseContextFile(text, 'a')), 'a');
    assert.deepEqual(again['lanes'], { left: [1, null, 'x'] });
    assert.equal(again['serial'], 18446744073709551615n);
    assert.equal(again['dry'], true);
  });

  it('is written with every field of the command line, in its order, the unknown ones last', () => {
    const written = JSON.parse(serialiseContextFile({ zebra: 1, user: 'anna', url: 'nats://a' })) as object;
    const keys = Object.keys(written);
    assert.deepEqual(keys.slice(0, 6), ['description', 'url', 'socks_proxy', 'token', 'user', 'password']);
    assert.equal(keys.at(-1), 'zebra');
    assert.equal(keys.length, 25);
  });

  it('keeps a name that it has, and gets none otherwise', () => {
    assert.match(serialiseContextFile({ name: 'x' }), /^\{\n {2}"name": "x",\n {2}"description": ""/);
    assert.doesNotMatch(serialiseContextFile({}), /"name"/);
  });

  it('leaves out what is undefined', () => {
    const edited = { url: 'nats://a', password: undefined, odd: undefined };
    assert.deepEqual(
      JSON.parse(serialiseContextFile(edited as never)),
      JSON.parse(serialiseContextFile({ url: 'nats://a' })),
    );
  });

  it('takes null for an empty field, as Go does', () => {
    assert.equal(parseContextFile('{"url":null,"tls_first":null,"windows_ca_certs_match":null}', 'a').url, null);
  });

  const damaged: [title: string, text: string, message: RegExp][] = [
    ['text that is not JSON', '{"password":"geheim', /is not JSON/],
    ['an empty file', '', /is not JSON/],
    ['a list', '["geheim"]', /holds no JSON object/],
    ['null', 'null', /holds no JSON object/],
    ['a number for a string', '{"password":1234}', /field "password" that must be a string/],
    ['a string for a boolean', '{"tls_first":"true"}', /"tls_first" must be true or false/],
    ['numbers in a list of strings', '{"windows_ca_certs_match":[1]}', /must be a list of strings/],
    ['a field in another case', '{"URL":"nats://elsewhere"}', /field "URL" that must be written "url"/],
  ];
  for (const [title, text, message] of damaged) {
    it(`is refused if it is ${title}, with a text that quotes nothing of it`, () => {
      assert.throws(
        () => parseContextFile(text, 'prod'),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'invalidContext');
          assert.match(error.message, message);
          assert.match(error.message, /context "prod"/);
          assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /geheim|1234|elsewhere/);
          return true;
        },
      );
    });
  }
});
