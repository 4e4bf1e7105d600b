import assert from 'node:assert/strict';
import type { ConnectionSettings } from '../../src/engine/model';
import { connectServer } from '../../src/engine/nats/connect';
import { toNatsError } from '../../src/engine/nats/requestErrors';
import type { ServerConnection, ConnectionStatus } from '../../src/engine/nats/serverConnection';
import { eachServer } from '../support/eachServer';
import type { NatsServer } from '../support/natsServer';

const what = 'Listing streams of context "test"';

function settingsOf(server: NatsServer, rest: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    context: 'test',
    servers: [`${server.host}:${server.port}`],
    credentials: {},
    apiPrefix: '$JS.API',
    ...rest,
  };
}

/** Runs `body` on a connection that is closed whatever happens. */
async function withConnection(
  settings: ConnectionSettings,
  body: (connection: ServerConnection) => Promise<void>,
  onStatus: (status: ConnectionStatus) => void = () => undefined,
): Promise<void> {
  const connection = await connectServer(settings, { purpose: 'transfer', onStatus });
  try {
    await body(connection);
  } finally {
    await connection.close();
  }
}

async function failureOf({ nc, lost }: ServerConnection, subject: string, timeout = 2000): Promise<object> {
  return nc.request(subject, undefined, { timeout }).then(
    () => assert.fail('the request was answered'),
    (error: unknown) => toNatsError(error, what, lost),
  );
}

eachServer(
  'a request to a server without JetStream',
  (server) => {
    it('says that JetStream is not enabled', async () => {
      await withConnection(settingsOf(server()), async (connection) => {
        assert.equal(connection.info.jetstream, false);
        const { code, message } = (await failureOf(connection, '$JS.API.STREAM.NAMES')) as Error & { code: string };
        assert.equal(code, 'jetStreamNotEnabled');
        assert.match(
          message,
          /^Listing streams of context "test": nobody answers JetStream requests\. Enable JetStream/,
        );
      });
    });
  },
  { jetstream: false },
);

const users = `
  authorization { users: [
    { user: reader, password: x, permissions: {
      publish: { deny: ["$JS.API.STREAM.CREATE.*", "$JS.SNAPSHOT.ACK.>"] }
      subscribe: { allow: ["_INBOX_reader.>", "slow"] } } }
  ] }`;

eachServer(
  'a request without the permission',
  (server) => {
    const credentials = { user: 'reader', password: 'x' };
    const own = () => settingsOf(server(), { credentials, inboxPrefix: '_INBOX_reader' });

    it('works for what is permitted, with the inbox prefix of the context', async () => {
      await withConnection(own(), async ({ nc }) => {
        const reply = (await nc.request('$JS.API.INFO')).json<{ error?: object }>();
        assert.equal(reply.error, undefined);
      });
    });

    it('names the subject that may not be published to', async () => {
      await withConnection(own(), async (connection) => {
        const error = (await failureOf(connection, '$JS.API.STREAM.CREATE.X')) as Error & { code: string };
        assert.equal(error.code, 'permissionDenied');
        assert.match(error.message, /no permission for publish on "\$JS\.API\.STREAM\.CREATE\.X"/);
      });
    });

    it('names the inbox prefix where the replies may not be subscribed to', async () => {
      await withConnection(settingsOf(server(), { credentials }), async (connection) => {
        const error = (await failureOf(connection, '$JS.API.INFO')) as Error & { code: string };
        assert.equal(error.code, 'permissionDenied');
        assert.match(error.message, /no permission for subscription on "_INBOX\..*set "inbox_prefix"/);
      });
    });

    it('tells of a publish that the server dropped, which no request would tell', async () => {
      const { promise, resolve } = withResolvers<ConnectionStatus>();
      await withConnection(
        own(),
        async ({ nc }) => {
          nc.publish('$JS.SNAPSHOT.ACK.X.1');
          const status = await promise;
          assert.equal(status.kind, 'refused');
          assert.equal(status.error?.code, 'permissionDenied');
          assert.match(status.error.message, /no permission for publish on "\$JS\.SNAPSHOT\.ACK\.X\.1"/);
        },
        (status) => resolve(status),
      );
    });

    it('times out where somebody listens and does not answer', async () => {
      await withConnection(own(), async (connection) => {
        connection.nc.subscribe('slow');
        await connection.nc.flush();
        assert.equal(((await failureOf(connection, 'slow', 50)) as { code: string }).code, 'timeout');
      });
    });
  },
  { config: users },
);

eachServer('a request on a connection', (server) => {
  it('that was lost says so, not that it timed out', async () => {
    const connection = await connectServer(settingsOf(server()), { purpose: 'transfer' });
    connection.nc.subscribe('slow');
    await connection.nc.flush();
    const failure = unanswered(connection);
    await server().stop();
    await connection.closed;
    const error = toNatsError(await failure, what, connection.lost);
    assert.equal(error.code, 'connectionLost');
    assert.match(error.message, /^Listing streams of context "test": the connection to .* was lost/);
    assert.equal(((await failureOf(connection, '$JS.API.INFO')) as { code: string }).code, 'connectionLost');
  });
});

/** What the client itself makes of a request that is never answered. */
async function unanswered({ nc }: ServerConnection): Promise<unknown> {
  return nc.request('slow', undefined, { timeout: 60_000 }).then(
    () => assert.fail('the request was answered'),
    (error: unknown) => error,
  );
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
