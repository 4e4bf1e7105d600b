import assert from 'node:assert/strict';
import { connectServer } from '../../src/engine/nats/connect';
import { resolveContext } from '../../src/engine/contexts/resolveContext';
import { eachServer } from '../support/eachServer';

eachServer(
  'a connection with user and password',
  (server, version) => {
    it('is made and tells what the server is', async () => {
      const file = { url: server().url, user: 'anna', password: 'geheim' };
      const settings = await resolveContext('test', file);
      const connection = await connectServer(settings, { purpose: 'shared' });
      assert.equal(connection.info.version, version);
      assert.equal(connection.info.jetstream, true);
      assert.equal(connection.info.maxPayload, 1024 * 1024);
      await connection.close();
      assert.equal(await connection.closed, undefined);
      assert.equal(connection.lost, undefined);
    });

    it('is refused with a wrong password, in words that hold no secret', async () => {
      const settings = await resolveContext('test', { url: server().url, user: 'anna', password: 'falsch' });
      await assert.rejects(connectServer(settings, { purpose: 'transfer' }), {
        code: 'unauthorized',
        message:
          `Context "test": cannot connect to 127.0.0.1:${server().port}: the server refuses user "anna" or the password ` +
          '("Authorization Violation"). Check the credentials of the context.',
      });
    });
  },
  { config: 'authorization { user: anna, password: geheim }' },
);
