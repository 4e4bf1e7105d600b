import assert from 'node:assert/strict';
import { redact } from '../../../src/extension/ui/redact';

const seed = `SUA${'B2'.repeat(27)}C`.slice(0, 58);

describe('redact', () => {
  it('takes user, password and token out of addresses and keeps the host', () => {
    assert.equal(
      redact('connect nats://joe:s3cret@nats.example:4222 failed'),
      'connect nats://…@nats.example:4222 failed',
    );
    assert.equal(redact('tls://t0ken@[::1]:4222'), 'tls://…@[::1]:4222');
  });

  it('takes out seeds and JWTs, and keeps public keys', () => {
    assert.equal(redact(`seed ${seed} end`), 'seed …seed… end');
    assert.equal(redact('jwt eyJ0eXAiOiJKV1Qi.eyJqdGki.c2ln end'), 'jwt …jwt… end');
    const publicKey = `U${seed.slice(1)}`;
    assert.equal(redact(publicKey), publicKey);
  });

  it('takes out the body of a credentials file', () => {
    const creds = `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    assert.ok(!redact(creds).includes(seed));
    assert.ok(!redact(`-----BEGIN RSA PRIVATE KEY-----\nMIIE`).includes('MIIE'));
  });

  it('takes out values that are named as secrets, also with an escaped quote in them', () => {
    assert.equal(redact('{"user":"joe","password":"a\\"b c","x":1}'), '{"user":"joe","password":…,"x":1}');
    assert.equal(redact('token=abc123, next'), 'token=…, next');
  });

  it('leaves ordinary texts alone', () => {
    const text = 'Stream ORDERS: 12 messages, leader n1, see https://docs.nats.io/a@b';
    assert.equal(redact(text), text);
  });
});
