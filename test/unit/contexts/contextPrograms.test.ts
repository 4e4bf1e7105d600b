import assert from 'node:assert/strict';
import { contextPrograms } from '../../../src/engine/contexts/contextPrograms';

describe('contextPrograms', () => {
  it('names no program for paths, literals and other schemes', () => {
    const file = {
      creds: '/home/joe/joe.creds',
      nkey: 'C:\\keys\\joe.nk',
      password: 'open:sesame',
      token: 'env://TOKEN',
    };
    assert.deepEqual(contextPrograms(file), []);
  });

  it('names every command line once, whichever field asks for it', () => {
    const file = { creds: 'nsc://op/acc/user', nsc: 'op/acc/user', password: 'op://vault/nats/password', token: '' };
    assert.deepEqual(contextPrograms(file), [
      'nsc generate profile nsc://op/acc/user',
      'op read op://vault/nats/password',
    ]);
  });
});
