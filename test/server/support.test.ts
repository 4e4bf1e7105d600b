import assert from 'node:assert/strict';
import { connect } from 'nats';
import { eachServer } from '../support/eachServer';
import { natsCliOk } from '../support/natsCli';

eachServer('the test support', (server, version) => {
  it('starts a real server of the version it was asked for', async () => {
    const nc = await connect({ servers: server().url });
    assert.equal(nc.info?.version, version);
    await nc.close();
  });

  it('runs the real nats command line against it', async () => {
    const printed = await natsCliOk(['--server', server().url, 'stream', 'list', '--names']);
    assert.equal(printed.trim(), '');
  });
});
