import assert from 'node:assert/strict';
import { parseJwt, parseSeed, parseUserCredentials } from '../../../src/engine/contexts/userCredentials';

const jwt = 'eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiJYIn0.c2lnbmF0dXJl-_';
const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const creds = [
  '-----BEGIN NATS USER JWT-----',
  jwt,
  '------END NATS USER JWT------',
  '',
  '************************* IMPORTANT *************************',
  'NKEY Seed printed below can be used to sign and prove identity.',
  '',
  '-----BEGIN USER NKEY SEED-----',
  seed,
  '------END USER NKEY SEED------',
  '',
  '*************************************************************',
].join('\n');

describe('a credentials file', () => {
  for (const [title, text] of [
    ['as nsc writes it', creds],
    ['with line ends of Windows', creds.replaceAll('\n', '\r\n')],
    ['without anything after its last line', creds.slice(0, creds.indexOf('SEED------') + 'SEED------'.length)],
    ['indented', creds.replaceAll('\n', '\n  ')],
  ] as const) {
    it(`is read ${title}`, () => assert.deepEqual(parseUserCredentials(text), { jwt, seed }));
  }

  for (const [title, text] of [
    ['empty', ''],
    ['cut before the seed', creds.slice(0, creds.indexOf('-----BEGIN USER NKEY'))],
    ['cut in the seed', creds.replace(seed, seed.slice(0, 40))],
    ['with a seed that is none', creds.replace(seed, 'X'.repeat(58))],
    ['with a JWT that is none', creds.replace(jwt, 'eyJ0')],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ] as const) {
    it(`is none if it is ${title}`, () => assert.equal(parseUserCredentials(text), undefined));
  }
});

describe('an NKEY file', () => {
  it('holds a seed alone, with text around it, or in a block', () => {
    assert.equal(parseSeed(seed), seed);
    assert.equal(parseSeed(`# anna\n  ${seed}  \r\n`), seed);
    assert.equal(parseSeed(creds), seed);
    assert.equal(parseSeed('no seed'), undefined);
    assert.equal(parseSeed(`x${seed}`), undefined);
  });
});

describe('a user JWT', () => {
  it('stands alone or in a block', () => {
    assert.equal(parseJwt(`${jwt}\n`), jwt);
    assert.equal(parseJwt(creds), jwt);
    assert.equal(parseJwt('no.jwt'), undefined);
  });
});
