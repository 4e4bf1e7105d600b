import assert from 'node:assert/strict';
import { connect, type Msg, type NatsConnection } from 'nats';
import { isBackupError } from '../../src/engine/errors';
import { connectServer } from '../../src/engine/nats/connect';
import type { ServerConnection } from '../../src/engine/nats/serverConnection';
import { UploadWindow, type UploadLimit } from '../../src/engine/nats/uploadWindow';
import { plainSettings } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { natsServerVersions } from '../support/tools';

/** A client at the other end, in the place of a restoring server: it acknowledges when a test says so. */
describe('the window of an upload', () => {
  const subject = 'chunks';
  const patient: UploadLimit = { chunks: 2, bytes: 100, idleTimeoutMs: 60_000 };
  let server: NatsServer;
  let taker: NatsConnection;
  let connection: ServerConnection;
  let taken: Msg[];
  let window: UploadWindow;
  let acknowledged: number[];

  const open = (limit: UploadLimit) => (window = new UploadWindow(connection, limit, 'Restoring stream S'));
  const send = (bytes: number) => window.send(subject, new Uint8Array(bytes), (size) => acknowledged.push(size));
  const arrived = (count: number) => eventually(() => assert.equal(taken.length, count));
  /** Everything that was published before is with the taker: both ends ask the server in turn. */
  const settled = async () => {
    await connection.nc.flush();
    await taker.flush();
  };
  const rejects = (run: Promise<unknown>, code: string, text: RegExp) =>
    assert.rejects(run, (error) => isBackupError(error) && error.code === code && text.test(error.message));

  before(async () => {
    server = await startNatsServer({ version: natsServerVersions.at(-1) ?? '' });
  });
  after(() => server.stop());
  beforeEach(async () => {
    acknowledged = [];
    taken = [];
    taker = await connect({ servers: server.url });
    taker.subscribe(subject, { callback: (_, message) => void taken.push(message) });
    await taker.flush();
    connection = await connectServer(plainSettings(server.url), { purpose: 'transfer' });
  });
  afterEach(async () => {
    window.dispose();
    await connection.close();
    await taker.close();
  });

  it('lets no more chunks out than it may, and the next one at an acknowledgement', async () => {
    open(patient);
    await Promise.all([send(1), send(2)]);
    const third = send(3);
    await arrived(2);
    await settled();
    assert.equal(taken.length, 2);
    taken[0]?.respond();
    await third;
    await arrived(3);
    assert.deepEqual(acknowledged, [1]);
  });

  it('lets no more bytes out than it may, but one chunk of any size', async () => {
    open({ ...patient, chunks: 10 });
    await send(500);
    const second = send(60);
    await arrived(1);
    await settled();
    assert.equal(taken.length, 1);
    taken[0]?.respond();
    await second;
    await send(40);
    const fourth = send(1);
    await arrived(3);
    await settled();
    assert.equal(taken.length, 3);
    taken[2]?.respond();
    await fourth;
    assert.deepEqual(acknowledged, [500, 40]);
  });

  it('is drained when the last chunk is acknowledged, in whatever order', async () => {
    open({ ...patient, chunks: 3 });
    await Promise.all([send(1), send(2), send(3)]);
    let drained = false;
    const end = window.drained().then(() => (drained = true));
    await arrived(3);
    for (const index of [2, 0]) taken[index]?.respond();
    await eventually(() => assert.deepEqual(acknowledged, [3, 1]));
    assert.equal(drained, false);
    taken[1]?.respond();
    await end;
  });

  it('ends at the first refusal, with the error that the server gave, and sends no more', async () => {
    open(patient);
    await send(1);
    await arrived(1);
    const error = { code: 500, err_code: 10062, description: 'restore failed: s2: corrupt input' };
    taken[0]?.respond(Buffer.from(JSON.stringify({ type: 'io.nats.jetstream.api.v1.stream_create_response', error })));
    await rejects(window.drained(), 'serverError', /s2: corrupt input/);
    await rejects(send(2), 'serverError', /s2: corrupt input/);
    await settled();
    assert.equal(taken.length, 1);
  });

  it('reads the bare text of old servers', async () => {
    open(patient);
    await send(1);
    await arrived(1);
    taken[0]?.respond(Buffer.from("-ERR 'storage failure during restore'"));
    await rejects(window.drained(), 'serverError', /storage failure during restore\. Is the server's disk full\?/);
  });

  it('ends where nobody takes the chunks any more', async () => {
    open(patient);
    await window.send('nobody.listens', new Uint8Array(1), () => undefined);
    await rejects(window.drained(), 'stalled', /stopped taking data/);
  });

  it('ends when nothing is acknowledged for too long', async () => {
    open({ ...patient, idleTimeoutMs: 300 });
    await send(1);
    await rejects(window.drained(), 'stalled', /acknowledged nothing/);
  });

  it('gives the answer to the end, which is waited for on its own clock', async () => {
    open({ ...patient, idleTimeoutMs: 100 });
    const answer = window.sendEnd(subject, 60_000);
    await arrived(1);
    assert.equal(taken[0]?.data.length, 0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    taken[0]?.respond(Buffer.from('{"created":"now"}'));
    assert.equal(Buffer.from(await answer).toString(), '{"created":"now"}');
    await rejects(window.sendEnd(subject, 200), 'timeout', /did not finish its part/);
  });
});
