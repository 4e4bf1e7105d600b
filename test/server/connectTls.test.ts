import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings, TlsSettings } from '../../src/engine/model';
import { connectServer } from '../../src/engine/nats/connect';
import { makeCertificate, type Certificate } from '../support/certificates';
import { useCleanUp } from '../support/cleanUp';
import { natsCli } from '../support/natsCli';
import { startNatsServer } from '../support/natsServer';
import { startRecorder } from '../support/recorder';
import { natsServerVersions } from '../support/tools';

const newest = natsServerVersions.at(-1) ?? '';
const secrets = { user: 'anna-the-user', password: 'geheim-password', token: 'geheim-token' };
const authority = makeCertificate('authority');
const folder = mkdtempSync(join(tmpdir(), 'tls-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** The `tls` block of a server's configuration, for a certificate of its own. */
function tlsBlock({ cert, key }: Certificate, more = ''): string {
  const base = join(folder, String(files++));
  writeFileSync(`${base}.pem`, cert);
  writeFileSync(`${base}-key.pem`, key, { mode: 0o600 });
  return `tls { cert_file: "${base}.pem", key_file: "${base}-key.pem" ${more} }`;
}

function settingsOf(server: string, tls?: Partial<TlsSettings>): ConnectionSettings {
  const asked = tls === undefined ? {} : { tls: { handshakeFirst: false, ...tls } };
  return { context: 'test', servers: [server], credentials: secrets, apiPrefix: '$JS.API', ...asked };
}

/** What the tests of a `describe` start, ended after each of them. */
function useEnds() {
  const keep = useCleanUp();
  return {
    connect: async (settings: ConnectionSettings) => {
      const connection = await connectServer(settings, { purpose: 'shared', timeoutMs: 3000 });
      return keep(connection, () => connection.close());
    },
    start: async (version: string, config?: string) => {
      const server = await startNatsServer({ version, ...(config === undefined ? {} : { config }) });
      return keep(server, () => server.stop());
    },
    record: async (greeting: string, port?: number) =>
      keep(await startRecorder(greeting, port), (recorder) => recorder.close()),
  };
}

describe('a connection that must be encrypted', () => {
  const { connect, start, record } = useEnds();
  const greetings: [title: string, greeting: string][] = [
    ['offers no TLS', 'INFO {"server_id":"X","version":"2.15.2","proto":1,"max_payload":1048576}\r\n'],
    ['says that TLS is not required', 'INFO {"version":"2.15.2","tls_required":false,"auth_required":true}\r\n'],
    ['answers the question for TLS with 1', 'INFO {"version":"2.15.2","tls_available":1,"auth_required":true}\r\n'],
    ['answers the question for TLS with text', 'INFO {"version":"2.15.2","tls_available":"true"}\r\n'],
    ['asks for credentials at once', 'INFO {"version":"2.15.2","auth_required":true,"nonce":"abc"}\r\nPING\r\n'],
  ];
  for (const [title, greeting] of greetings) {
    it(`sends not one byte to a server that ${title}`, async () => {
      const recorder = await record(greeting);
      const ended = recorder.nextEnd();
      await assert.rejects(connect(settingsOf(`127.0.0.1:${recorder.port}`, {})), {
        code: 'tlsFailed',
        message: /TLS is asked for and the server offers none; no credentials were sent/,
      });
      await ended;
      assert.equal(recorder.received(), '');
    });
  }

  it('sends nothing but a TLS hello where TLS comes first', async () => {
    const recorder = await record('INFO {"version":"2.15.2"}\r\n');
    const ended = recorder.nextEnd();
    const connecting = connect(settingsOf(`127.0.0.1:${recorder.port}`, { handshakeFirst: true }));
    await assert.rejects(connecting, { code: 'tlsFailed', message: /Check "tls_first" of the context/ });
    await ended;
    assert.equal(recorder.received().charCodeAt(0), 0x16);
    for (const secret of Object.values(secrets)) assert.ok(!recorder.received().includes(secret));
  });

  for (const version of natsServerVersions) {
    it(`is refused by a nats-server ${version} without TLS`, async () => {
      const { port } = await start(version);
      await assert.rejects(connect(settingsOf(`127.0.0.1:${port}`, {})), { code: 'tlsFailed' });
    });
  }

  it('stays so when it comes back: a server that took the place of the lost one is sent nothing', async () => {
    const certificate = makeCertificate('server', { issuer: authority, names: ['127.0.0.1'] });
    const server = await start(newest, tlsBlock(certificate));
    const connection = await connect(settingsOf(`127.0.0.1:${server.port}`, { ca: authority.cert }));
    await server.stop();
    const recorder = await record('INFO {"version":"2.15.2","auth_required":true}\r\n', server.port);
    await recorder.nextEnd();
    assert.equal(recorder.received(), '');
    assert.equal(connection.nc.isClosed(), false);
    await connection.close();
  });
});

describe("a server's certificate", () => {
  const { connect, start } = useEnds();
  const trusted: [title: string, names: string[], host: string][] = [
    ['its IP address', ['127.0.0.1'], '127.0.0.1'],
    ['its name', ['localhost'], 'localhost'],
  ];
  for (const [title, names, host] of trusted) {
    it(`is good for ${title}`, async () => {
      const certificate = makeCertificate('server', { issuer: authority, names });
      const { port } = await start(newest, tlsBlock(certificate));
      const connection = await connect(settingsOf(`${host}:${port}`, { ca: authority.cert }));
      await connection.close();
    });
  }

  const refused: [title: string, certificate: Certificate, host: string, message: RegExp][] = [
    [
      'is for a name and the server is dialled by address',
      makeCertificate('server', { issuer: authority, names: ['localhost'] }),
      '127.0.0.1',
      /certificate is for another name or address/,
    ],
    [
      'is for an address and the server is dialled by name',
      makeCertificate('server', { issuer: authority, names: ['127.0.0.1'] }),
      'localhost',
      /certificate is for another name or address/,
    ],
    [
      'has expired',
      makeCertificate('server', { issuer: authority, names: ['127.0.0.1'], expired: true }),
      '127.0.0.1',
      /certificate has expired/,
    ],
    [
      'signed itself',
      makeCertificate('server', { names: ['127.0.0.1'] }),
      '127.0.0.1',
      /certificate is not trusted\. Set "ca"/,
    ],
  ];
  for (const [title, certificate, host, message] of refused) {
    for (const first of [false, true]) {
      it(`is refused if it ${title}${first ? ', TLS first' : ''}`, async () => {
        const config = tlsBlock(certificate, first ? ', handshake_first: true' : '');
        const { port } = await start(newest, config);
        const settings = settingsOf(`${host}:${port}`, { ca: authority.cert, handshakeFirst: first });
        await assert.rejects(connect(settings), { code: 'tlsFailed', message });
      });
    }
  }

  it('that nobody vouches for is refused where the server requires TLS and the context says nothing', async () => {
    const certificate = makeCertificate('server', { issuer: authority, names: ['127.0.0.1'] });
    const { port } = await start(newest, tlsBlock(certificate));
    const settings = settingsOf(`127.0.0.1:${port}`);
    await assert.rejects(connect(settings), { code: 'tlsFailed', message: /not trusted\. Set "ca"/ });
  });
});

describe('a context that does not ask for TLS', () => {
  const { connect, start } = useEnds();
  it('connects as the nats command line does where the server offers TLS without requiring it', async () => {
    const certificate = makeCertificate('server', { issuer: authority, names: ['127.0.0.1'] });
    const config = `${tlsBlock(certificate)}\nallow_non_tls: true`;
    const { port } = await start(newest, config);
    const theirs = await natsCli(['--server', `nats://127.0.0.1:${port}`, 'stream', 'list', '--names']);
    assert.equal(theirs.code, 0, theirs.stderr);
    const connection = await connect({ ...settingsOf(`127.0.0.1:${port}`), credentials: {} });
    await connection.close();
  });
});

describe('the certificate and key of a context', () => {
  const { connect, start } = useEnds();
  it('are named when they do not belong together', async () => {
    const certificate = makeCertificate('server', { issuer: authority, names: ['127.0.0.1'] });
    const { cert } = makeCertificate('one', { issuer: authority });
    const { key } = makeCertificate('another', { issuer: authority });
    const { port } = await start(newest, tlsBlock(certificate));
    const settings = settingsOf(`127.0.0.1:${port}`, { ca: authority.cert, cert, key });
    await assert.rejects(connect(settings), {
      code: 'tlsFailed',
      message: /key values mismatch.*TLS fields of the context/,
    });
  });
});
