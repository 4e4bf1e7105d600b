import assert from 'node:assert/strict';
import type { ConnectionSettings } from '../../src/engine/model';
import { connectServer, type ConnectOptions } from '../../src/engine/nats/connect';
import { useCleanUp } from '../support/cleanUp';
import { eachServer } from '../support/eachServer';
import { startNatsServer, withNatsServer, type NatsServerOptions } from '../support/natsServer';
import { startRecorder } from '../support/recorder';
import { natsServerVersions } from '../support/tools';

const newest = natsServerVersions.at(-1) ?? '';

function settingsOf(servers: string[], rest: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return { context: 'test', servers, credentials: {}, apiPrefix: '$JS.API', ...rest };
}

const openSockets = () => process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TCPWrap/.test(name)).length;

/** What the tests of a `describe` start, ended after each of them. */
function useEnds() {
  const keep = useCleanUp();
  return {
    connect: async (settings: ConnectionSettings, options: ConnectOptions) =>
      keep(await connectServer(settings, options), (connection) => connection.close()),
    start: async (options: Omit<NatsServerOptions, 'version'> = {}) =>
      keep(await startNatsServer({ ...options, version: newest }), (server) => server.stop()),
    record: async (greeting: string, port?: number) =>
      keep(await startRecorder(greeting, port), (recorder) => recorder.close()),
  };
}

eachServer('a connection', (server, version) => {
  const { connect, record } = useEnds();
  const settings = () => settingsOf([`127.0.0.1:${server().port}`]);

  it('tells what the server is', async () => {
    const connection = await connect(settings(), { purpose: 'shared', name: 'a test' });
    const { info } = connection;
    assert.deepEqual([info.version, info.jetstream, info.maxPayload], [version, true, 1024 * 1024]);
    assert.equal(connection.server, `127.0.0.1:${server().port}`);
    assert.notEqual(info.serverName, '');
    await connection.close();
  });

  it('that we close has no reason for its end', async () => {
    const statuses: unknown[] = [];
    const connection = await connect(settings(), {
      purpose: 'transfer',
      onStatus: (status) => statuses.push(status),
    });
    await connection.close();
    await connection.close();
    assert.equal(await connection.closed, undefined);
    assert.equal(connection.lost, undefined);
    assert.deepEqual(statuses, [{ kind: 'closed' }]);
  });

  it('is made at the first address that works', async () => {
    const closed = await record('');
    await closed.close();
    const connection = await connect(
      settingsOf([`127.0.0.1:${closed.port}`, `localhost:${server().port}`, '127.0.0.1:1']),
      { purpose: 'shared' },
    );
    assert.equal(connection.info.version, version);
    await connection.close();
  });

  it('ends when its signal is aborted', async () => {
    const cancel = new AbortController();
    const connection = await connect(settings(), { purpose: 'shared', signal: cancel.signal });
    cancel.abort();
    assert.equal(await connection.closed, undefined);
    assert.ok(connection.nc.isClosed());
  });
});

describe('a connection that cannot be made', () => {
  const { connect, start, record } = useEnds();
  const attempt = (settings: ConnectionSettings, timeoutMs = 5000, signal?: AbortSignal) =>
    connect(settings, { purpose: 'shared', timeoutMs, ...(signal === undefined ? {} : { signal }) });

  it('is refused where nobody listens', async () => {
    const closed = await record('');
    await closed.close();
    await assert.rejects(attempt(settingsOf([`127.0.0.1:${closed.port}`])), {
      code: 'connectionRefused',
      message:
        `Context "test": cannot connect to 127.0.0.1:${closed.port}: nobody listens there. ` +
        'Start the server or correct the address.',
    });
  });

  it('is refused where the name does not resolve', async () => {
    await assert.rejects(attempt(settingsOf(['no-such-host.invalid:4222']), 20_000), {
      code: 'connectionRefused',
      message: /cannot connect to no-such-host\.invalid:4222: its name does not resolve/,
    });
  });

  it('names every address of a context that failed', async () => {
    const closed = await record('');
    await closed.close();
    await assert.rejects(attempt(settingsOf([`127.0.0.1:${closed.port}`, `localhost:${closed.port}`])), {
      code: 'connectionRefused',
      message: new RegExp(
        `^Context "test": none of its 2 servers can be used\\. cannot connect to 127\\.0\\.0\\.1:${closed.port}: .*` +
          `cannot connect to localhost:${closed.port}: `,
      ),
    });
  });

  it('is refused by a server that is full', async () => {
    await withNatsServer({ version: newest, config: 'max_connections: 1' }, async ({ port }) => {
      await attempt(settingsOf([`127.0.0.1:${port}`]));
      await assert.rejects(attempt(settingsOf([`127.0.0.1:${port}`])), {
        code: 'connectionRefused',
        // Its farewell may be lost when it closes while we are still talking.
        message: /the server says "maximum connections exceeded"|the server closed the connection/,
      });
    });
  });

  it('is refused by something that is no NATS server', async () => {
    const ssh = await record('SSH-2.0-OpenSSH_9.6\r\n');
    await assert.rejects(attempt(settingsOf([`127.0.0.1:${ssh.port}`])), {
      code: 'connectionRefused',
      message: /unexpected response from server/,
    });
  });

  it('ends in time where a server is stalled, and leaves no socket open', async () => {
    await withNatsServer({ version: newest }, async (server) => {
      server.signal('SIGSTOP');
      const before = openSockets();
      await assert.rejects(attempt(settingsOf([`127.0.0.1:${server.port}`]), 200), {
        code: 'timeout',
        message: /cannot connect to 127\.0\.0\.1:\d+: no answer in time/,
      });
      await until(() => openSockets() === before);
    });
  });

  it('leaves no socket open at a stalled server either when another one answers', async () => {
    const [stalled, good] = [await start(), await start()];
    stalled.signal('SIGSTOP');
    const before = openSockets();
    await attempt(settingsOf([`127.0.0.1:${stalled.port}`, `127.0.0.1:${good.port}`]), 200);
    await until(() => openSockets() === before + 1);
  });

  it('is cancelled while a server is stalled, and leaves no socket open', async () => {
    await withNatsServer({ version: newest }, async (server) => {
      server.signal('SIGSTOP');
      const before = openSockets();
      const cancel = new AbortController();
      const connecting = attempt(settingsOf([`127.0.0.1:${server.port}`]), 60_000, cancel.signal);
      setTimeout(() => cancel.abort(), 50);
      await assert.rejects(connecting, { code: 'cancelled' });
      await until(() => openSockets() === before);
    });
  });

  it('is not even begun once it is cancelled', async () => {
    const recorder = await record('INFO {}\r\n');
    const connecting = attempt(settingsOf([`127.0.0.1:${recorder.port}`]), 5000, AbortSignal.abort());
    await assert.rejects(connecting, { code: 'cancelled' });
    assert.equal(recorder.connections(), 0);
  });

  it('is refused with a seed that is damaged', async () => {
    const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3WY';
    await withNatsServer({ version: newest }, async ({ port }) => {
      await assert.rejects(attempt(settingsOf([`127.0.0.1:${port}`], { credentials: { seed } })), {
        code: 'invalidContext',
        message: /the NKEY seed is damaged/,
      });
    });
  });
});

describe('a connection that is lost', () => {
  const { connect, start, record } = useEnds();
  it('for a transfer ends with the reason, and requests do too', async () => {
    const server = await start();
    const connection = await connect(settingsOf([`127.0.0.1:${server.port}`]), { purpose: 'transfer' });
    await server.stop();
    const lost = await connection.closed;
    assert.equal(lost?.code, 'connectionLost');
    assert.match(lost.message, /^Context "test": the connection to 127\.0\.0\.1:\d+ was lost: /);
    assert.equal(connection.lost, lost);
  });

  for (const purpose of ['shared', 'transfer'] as const) {
    it(`is noticed within a minute when ${purpose}`, async () => {
      await withNatsServer({ version: newest }, async ({ port }) => {
        const connection = await connect(settingsOf([`127.0.0.1:${port}`]), { purpose });
        const { pingInterval = Infinity, maxPingOut = Infinity } = optionsOf(connection.nc);
        // The link may die right after a ping; then this many go unanswered before it is given up.
        assert.ok(pingInterval * (maxPingOut + 2) <= 60_000);
        await connection.close();
      });
    });
  }

  it('for a transfer ends when a stalled server leaves pings unanswered', async () => {
    await withNatsServer({ version: newest }, async (server) => {
      const connection = await connect(settingsOf([`127.0.0.1:${server.port}`]), {
        purpose: 'transfer',
        pingIntervalMs: 50,
      });
      server.signal('SIGSTOP');
      const lost = await connection.closed;
      assert.equal(lost?.code, 'connectionLost');
      assert.match(lost.message, /the server no longer answers\. Check/);
    });
  });

  it('comes back by itself when shared, and says so', async () => {
    const first = await start();
    const events = watch();
    const settings = settingsOf([`127.0.0.1:${first.port}`]);
    const connection = await connect(settings, { purpose: 'shared', onStatus: events.see });
    await first.stop();
    const { error } = await events.next('disconnected');
    assert.equal(error?.code, 'connectionLost');
    await start({ port: first.port });
    await events.next('reconnected');
    assert.equal((await connection.nc.request('$JS.API.INFO')).json<{ error?: unknown }>().error, undefined);
    await connection.close();
  });

  it('comes back at another server of the context', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => start()));
    assert.ok(first && second);
    const events = watch();
    const settings = settingsOf([`127.0.0.1:${first.port}`, `127.0.0.1:${second.port}`]);
    const connection = await connect(settings, { purpose: 'shared', onStatus: events.see });
    await first.stop();
    await events.next('reconnected');
    assert.equal(connection.server, `127.0.0.1:${second.port}`);
    await connection.close();
  });

  it('does not come back for credentials that are no longer good', async () => {
    const config = (password: string) => `authorization { user: anna, password: ${password} }`;
    const first = await start({ config: config('before') });
    const settings = settingsOf([`127.0.0.1:${first.port}`], { credentials: { user: 'anna', password: 'before' } });
    const connection = await connect(settings, { purpose: 'shared' });
    await first.stop();
    await start({ port: first.port, config: config('after') });
    const lost = await connection.closed;
    assert.equal(lost?.code, 'unauthorized');
    assert.match(lost.message, /Check the credentials of the context/);
  });

  it('is given up by close while it tries to come back', async () => {
    const server = await start();
    const events = watch();
    const settings = settingsOf([`127.0.0.1:${server.port}`]);
    const connection = await connect(settings, { purpose: 'shared', onStatus: events.see });
    await server.stop();
    await events.next('disconnected');
    const silent = await record('', server.port);
    await until(() => silent.connections() > 0);
    const ended = silent.nextEnd();
    await connection.close();
    await ended;
  });
});

type Seen = Parameters<NonNullable<Parameters<typeof connectServer>[1]['onStatus']>>[0];

/** Waits for something that is bound to happen; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Collects what happens to a connection; `next` resolves with the first event of a kind. */
function watch() {
  const seen: Seen[] = [];
  const waiting: { kind: string; resolve: (status: { error?: { code: string } }) => void }[] = [];
  const settle = () => {
    for (const { kind, resolve } of waiting) {
      const found = seen.find((status) => status.kind === kind);
      if (found !== undefined) resolve(found as { error?: { code: string } });
    }
  };
  return {
    see: (status: Seen) => {
      seen.push(status);
      settle();
    },
    next: (kind: Seen['kind']) =>
      new Promise<{ error?: { code: string } }>((resolve) => {
        waiting.push({ kind, resolve });
        settle();
      }),
  };
}

function optionsOf(nc: object): { pingInterval?: number; maxPingOut?: number } {
  return (nc as { options: { pingInterval?: number; maxPingOut?: number } }).options;
}

after(() => assert.ok(newest, 'no server version to test with'));
