import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { checkContextFile } from '../../../src/engine/contexts/checkContextFile';
import type { ContextFile } from '../../../src/engine/contexts/contextFile';
import { resolveContext } from '../../../src/engine/contexts/resolveContext';
import { useTempDir } from '../../support/tempDir';

const jwt = 'eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiJYIn0.c2lnbmF0dXJl';
const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const creds = `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
const pem = (what: string) => `-----BEGIN ${what}-----\nMIIB\n-----END ${what}-----\n`;

describe('resolving a context', () => {
  const temp = useTempDir();
  const resolve = (file: ContextFile) => resolveContext('prod', file, { env: { TOKEN: 't0ken' }, home: temp() });
  const plant = (name: string, text: string) => {
    writeFileSync(temp(name), text);
    return temp(name);
  };

  it('gives the defaults of the command line for an empty file', async () => {
    assert.deepEqual(await resolve({}), {
      context: 'prod',
      servers: ['127.0.0.1:4222'],
      credentials: {},
      apiPrefix: '$JS.API',
    });
  });

  it('lists every server once, with its port', async () => {
    const { servers, tls } = await resolve({ url: 'nats://a,b:5222,nats://a:4222,nats://[::1]' });
    assert.deepEqual(servers, ['a:4222', 'b:5222', '[::1]:4222']);
    assert.equal(tls, undefined);
  });

  describe('credentials', () => {
    const given: [title: string, file: () => ContextFile, expected: object][] = [
      ['user and password', () => ({ user: 'anna', password: 'x' }), { user: 'anna', password: 'x' }],
      ['a user alone', () => ({ user: 'anna' }), { user: 'anna', password: '' }],
      ['a token', () => ({ token: 'env://TOKEN' }), { token: 't0ken' }],
      ['creds', () => ({ creds: plant('a.creds', creds) }), { jwt, seed }],
      ['an NKEY', () => ({ nkey: plant('a.nk', `${seed}\n`) }), { seed }],
      ['JWT and seed', () => ({ user_jwt: jwt, user_seed: seed }), { jwt, seed }],
      ['a JWT alone', () => ({ user_jwt: jwt }), { jwt }],
      ['the user before creds', () => ({ user: 'a', password: 'b', creds: '/nowhere' }), { user: 'a', password: 'b' }],
      ['creds before the NKEY', () => ({ creds: plant('a.creds', creds), nkey: '/nowhere' }), { jwt, seed }],
      ['the NKEY before the JWT', () => ({ nkey: plant('a.nk', seed), user_jwt: 'bad' }), { seed }],
      ['a token besides', () => ({ token: 't', user: 'a', password: 'b' }), { user: 'a', password: 'b', token: 't' }],
      ['user and password of the URL', () => ({ url: 'nats://u:p%21@a' }), { user: 'u', password: 'p!' }],
      ['a token of the URL', () => ({ url: 'nats://t@a' }), { token: 't' }],
      [
        'the URL before the fields',
        () => ({ url: 'nats://u:p@a', user: 'x', token: 'y' }),
        { user: 'u', password: 'p' },
      ],
      [
        'the URL besides a JWT',
        () => ({ url: 'nats://u:p@a', creds: plant('a.creds', creds) }),
        { user: 'u', password: 'p', jwt, seed },
      ],
      ['URLs that agree', () => ({ url: 'nats://u:p@a,nats://u:p@b' }), { user: 'u', password: 'p' }],
    ];
    for (const [title, file, expected] of given) {
      it(`are taken: ${title}`, async () => assert.deepEqual((await resolve(file())).credentials, expected));
    }
  });

  describe('TLS', () => {
    it('is wanted as soon as one address says tls://', async () => {
      assert.deepEqual((await resolve({ url: 'nats://a,tls://b' })).tls, { handshakeFirst: false });
    });

    it('is wanted with tls_first', async () => {
      assert.deepEqual((await resolve({ tls_first: true })).tls, { handshakeFirst: true });
    });

    it('is wanted with certificates, whose text is read', async () => {
      const ca = plant('ca.pem', pem('CERTIFICATE'));
      const cert = plant('cert.pem', pem('CERTIFICATE'));
      const key = plant('key.pem', pem('PRIVATE KEY'));
      assert.deepEqual((await resolve({ ca, cert: '~/cert.pem', key: `file://${key}` })).tls, {
        handshakeFirst: false,
        ca: pem('CERTIFICATE'),
        cert: pem('CERTIFICATE'),
        key: pem('PRIVATE KEY'),
      });
      assert.ok(cert);
    });
  });

  it('puts domain, API prefix and inbox prefix where they belong', async () => {
    assert.equal((await resolve({ jetstream_domain: 'hub' })).apiPrefix, '$JS.hub.API');
    assert.equal((await resolve({ jetstream_api_prefix: 'imported.js.' })).apiPrefix, 'imported.js');
    assert.equal((await resolve({ inbox_prefix: '_INBOX_anna' })).inboxPrefix, '_INBOX_anna');
  });

  const refused: [title: string, code: string, message: RegExp, file: () => ContextFile][] = [
    ['SOCKS', 'notSupported', /"socks_proxy"/, () => ({ socks_proxy: 'socks5://127.0.0.1:1080' })],
    ['the Windows store', 'notSupported', /"windows_cert_store"/, () => ({ windows_cert_store: 'user' })],
    ['ws://', 'notSupported', /WebSocket \(ws:\/\/\)/, () => ({ url: 'nats://a,ws://b' })],
    ['wss://', 'notSupported', /WebSocket \(wss:\/\/\)/, () => ({ url: 'wss://b' })],
    [
      'op:// without consent',
      'notSupported',
      /"creds".*op read op:\/\/v\/i\/f.*consent/,
      () => ({ creds: 'op://v/i/f' }),
    ],
    ['a password at op://', 'notSupported', /"password".*consent/, () => ({ user: 'a', password: 'op://v/i/f' })],
    [
      'nsc:// without consent',
      'notSupported',
      /nsc generate profile nsc:\/\/o\/a\/u/,
      () => ({ creds: 'nsc://o/a/u' }),
    ],
    [
      'nsc without consent',
      'notSupported',
      /"nsc".*nsc generate profile nsc:\/\/o\/a\/u/,
      () => ({ nsc: 'nsc://o/a/u' }),
    ],
    ['domain and prefix', 'invalidContext', /together/, () => ({ jetstream_domain: 'a', jetstream_api_prefix: 'b' })],
    ['a domain of two words', 'invalidContext', /"jetstream_domain"/, () => ({ jetstream_domain: 'a.b' })],
    ['a prefix with a wildcard', 'invalidContext', /"jetstream_api_prefix"/, () => ({ jetstream_api_prefix: 'a.>' })],
    ['an inbox with a dot at its end', 'invalidContext', /"inbox_prefix"/, () => ({ inbox_prefix: 'a.' })],
    ['an inbox with a wildcard', 'invalidContext', /"inbox_prefix"/, () => ({ inbox_prefix: 'a.*' })],
    ['a certificate without key', 'invalidContext', /"cert" needs a "key"/, () => ({ cert: '/c' })],
    ['a key without certificate', 'invalidContext', /"key" needs a "cert"/, () => ({ key: '/c' })],
    ['a certificate at op://', 'invalidContext', /"ca" must be the path/, () => ({ ca: 'op://v/i/f' })],
    ['a CA that is no PEM', 'invalidContext', /"ca" does not lead to a PEM/, () => ({ ca: plant('ca', 'geheim') })],
    [
      'a locked key',
      'invalidContext',
      /passphrase/,
      () => ({ cert: plant('c', pem('CERTIFICATE')), key: plant('k', pem('ENCRYPTED PRIVATE KEY')) }),
    ],
    ['creds that are none', 'invalidContext', /credentials file/, () => ({ creds: plant('a', 'geheim') })],
    ['an NKEY that is none', 'invalidContext', /NKEY seed/, () => ({ nkey: plant('a', 'geheim') })],
    ['a JWT that is none', 'invalidContext', /not a JWT/, () => ({ user_jwt: 'geheim' })],
    ['a seed that is none', 'invalidContext', /not an NKEY seed/, () => ({ user_jwt: jwt, user_seed: 'geheim' })],
    [
      'URLs that disagree',
      'invalidContext',
      /different credentials/,
      () => ({ url: 'nats://u:geheim@a,nats://u:q@b' }),
    ],
    ['URLs of which one has a user', 'invalidContext', /some of its/, () => ({ url: 'nats://u:geheim@a,nats://b' })],
  ];
  for (const [title, code, message, file] of refused) {
    it(`refuses ${title}, in words that hold no secret`, async () => {
      await assert.rejects(resolve(file()), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.match(error.message, /context "prod"/i);
        assert.doesNotMatch(error.message, /geheim/);
        return true;
      });
    });
  }

  it('does not run nsc where everything it could tell is given', async () => {
    const file = { nsc: 'nsc://o/a/u', url: 'nats://a', user: 'anna', password: 'x' };
    assert.deepEqual((await resolve(file)).servers, ['a:4222']);
  });

  it('ends when it is cancelled', async () => {
    await assert.rejects(resolveContext('prod', {}, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  });
});

describe('checking a context before it is saved', () => {
  const good: ContextFile[] = [
    {},
    { url: 'ws://a', user: 'anna', token: 't' },
    { creds: '/not/looked/at', cert: '/c', key: '/k', ca: '/ca' },
    { user_jwt: jwt, user_seed: seed },
  ];
  for (const file of good) {
    it(`accepts ${JSON.stringify(Object.keys(file))}`, () => assert.equal(checkContextFile(file, 'prod'), undefined));
  }

  const bad: [file: ContextFile, message: RegExp][] = [
    [{ user: 'anna', creds: '/a' }, /only one of "user" and "creds"/],
    [{ nkey: '/a', user_jwt: jwt }, /only one of "nkey" and "user_jwt"/],
    [{ user_seed: seed }, /"user_seed" needs a "user_jwt"/],
    [{ password: 'geheim' }, /"password" needs a "user"/],
    [{ url: 'ftp://a' }, /unknown scheme/],
    [{ jetstream_domain: 'a', jetstream_api_prefix: 'b' }, /together/],
    [{ cert: '/c' }, /"cert" needs a "key"/],
  ];
  for (const [file, message] of bad) {
    it(`refuses ${JSON.stringify(Object.keys(file))}`, () => {
      assert.throws(() => checkContextFile(file, 'prod'), { code: 'invalidContext', message });
    });
  }
});
