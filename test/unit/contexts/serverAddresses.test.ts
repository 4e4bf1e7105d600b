import assert from 'node:assert/strict';
import { parseServerAddresses } from '../../../src/engine/contexts/serverAddresses';

const parse = (url: string) => parseServerAddresses(url, 'prod');

describe('the url of a context', () => {
  const good: [url: string, expected: object[]][] = [
    ['', [{ scheme: 'nats', host: '127.0.0.1', port: 4222 }]],
    ['demo.nats.io', [{ scheme: 'nats', host: 'demo.nats.io', port: 4222 }]],
    ['demo:1234', [{ scheme: 'nats', host: 'demo', port: 1234 }]],
    ['tls://demo', [{ scheme: 'tls', host: 'demo', port: 4222 }]],
    ['TLS://demo/', [{ scheme: 'tls', host: 'demo', port: 4222 }]],
    ['nats://[::1]', [{ scheme: 'nats', host: '[::1]', port: 4222 }]],
    ['nats://[fe80::1]:5222', [{ scheme: 'nats', host: '[fe80::1]', port: 5222 }]],
    ['wss://demo:443', [{ scheme: 'wss', host: 'demo', port: 443 }]],
    [
      ' nats://a:1 , ,tls://b:2,',
      [
        { scheme: 'nats', host: 'a', port: 1 },
        { scheme: 'tls', host: 'b', port: 2 },
      ],
    ],
    ['nats://anna:geheim@a', [{ scheme: 'nats', host: 'a', port: 4222, user: 'anna', password: 'geheim' }]],
    ['nats://anna:@a', [{ scheme: 'nats', host: 'a', port: 4222, user: 'anna', password: '' }]],
    ['nats://s3cr3t@a:1', [{ scheme: 'nats', host: 'a', port: 1, token: 's3cr3t' }]],
    ['nats://a%40b:p%2Fw:d%25@a', [{ scheme: 'nats', host: 'a', port: 4222, user: 'a@b', password: 'p/w:d%' }]],
    ['nats://anna:p@ss@a', [{ scheme: 'nats', host: 'a', port: 4222, user: 'anna', password: 'p@ss' }]],
  ];
  for (const [url, expected] of good) {
    it(`${JSON.stringify(url)} is read`, () => assert.deepEqual(parse(url), expected));
  }

  const bad: [url: string, message: RegExp][] = [
    ['http://demo', /unknown scheme "http"/],
    ['nats://demo:0', /port beyond 1 to 65535: nats:\/\/demo:0/],
    ['nats://demo:65536', /port beyond/],
    ['nats://demo:port', /cannot be read/],
    ['nats://', /cannot be read/],
    ['nats://a b', /cannot be read/],
    ['nats://::1', /cannot be read/],
    ['nats://demo/path', /cannot be read/],
    ['nats://anna:geheim@demo:x', /cannot be read: …@demo:x/],
    ['nats://anna:geheim%zz@demo', /user part that is not URL-encoded: …@demo/],
    ['nats://anna:ge#heim@demo:99999', /port beyond 1 to 65535: …@demo:99999/],
  ];
  for (const [url, message] of bad) {
    it(`${JSON.stringify(url)} is refused, without its secret`, () => {
      assert.throws(
        () => parse(url),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'invalidContext');
          assert.match(error.message, message);
          assert.match(error.message, /^"url" of context "prod"/);
          assert.doesNotMatch(error.message, /heim/);
          return true;
        },
      );
    });
  }
});
