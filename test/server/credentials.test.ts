import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser, type KeyPair } from 'nkeys.js';
import type { ContextFile } from '../../src/engine/contexts/contextFile';
import { ContextStore } from '../../src/engine/contexts/contextStore';
import { resolveContext } from '../../src/engine/contexts/resolveContext';
import { connectServer } from '../../src/engine/nats/connect';
import { makeCertificate } from '../support/certificates';
import { natsCli, natsCliOk } from '../support/natsCli';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeOperator } from '../support/operator';
import { natsServerVersions } from '../support/tools';

/** Files of this run: seeds, credentials, certificates. */
const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function plant(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** One kind of credential, a server that demands it, and the ways to give it right and wrong. */
interface Kind {
  title: string;
  config: string;
  /** `HOST` stands for the server's host:port. */
  good: ContextFile;
  bad: ContextFile;
  /** What a refusal is; `unauthorized` unless given. */
  code?: string;
  /** The flags of `nats context add` that make the same context, `--server` among them where `url` is not plain. */
  flags: string[];
}

const operator = makeOperator();
const user = operator.makeUser('anna');
const bearer = operator.makeUser('bearer', { bearer: true });
const stranger = makeOperator().makeUser('stranger');
const expired = operator.makeUser('expired', { expires: Math.floor(Date.now() / 1000) - 60 });
const pair = createUser();
const otherPair = createUser();
const seedOf = (keys: KeyPair) => new TextDecoder().decode(keys.getSeed());

const authority = makeCertificate('authority');
const stray = makeCertificate('stray authority');
const names = ['127.0.0.1', 'localhost'];
const server = makeCertificate('server', { issuer: authority, names });
const client = makeCertificate('client', { issuer: authority, names: ['anna.example'] });
const strayClient = makeCertificate('client', { issuer: stray });
const files = {
  creds: plant('anna.creds', user.creds),
  strangerCreds: plant('stranger.creds', stranger.creds),
  expiredCreds: plant('expired.creds', expired.creds),
  nkey: plant('anna.nk', seedOf(pair)),
  otherNkey: plant('other.nk', seedOf(otherPair)),
  ca: plant('ca.pem', authority.cert),
  strayCa: plant('stray-ca.pem', stray.cert),
  cert: plant('client.pem', client.cert),
  key: plant('client-key.pem', client.key),
  strayCert: plant('stray.pem', strayClient.cert),
  strayKey: plant('stray-key.pem', strayClient.key),
};
const tls = `cert_file: "${plant('server.pem', server.cert)}", key_file: "${plant('server-key.pem', server.key)}"`;
const verifying = `${tls}, ca_file: "${files.ca}", verify: true`;

const kinds: Kind[] = [
  {
    title: 'user and password',
    config: 'authorization { user: anna, password: "p:w@/%" }',
    good: { url: 'HOST', user: 'anna', password: 'p:w@/%' },
    bad: { url: 'HOST', user: 'anna', password: 'x' },
    flags: ['--user', 'anna', '--password', 'p:w@/%'],
  },
  {
    title: 'user and password in the URL',
    config: 'authorization { user: anna, password: "p:w@/%" }',
    good: { url: 'nats://anna:p%3Aw%40%2F%25@HOST' },
    bad: { url: 'nats://anna:x@HOST' },
    flags: ['--server', 'nats://anna:p%3Aw%40%2F%25@HOST'],
  },
  {
    title: 'a token',
    config: 'authorization { token: t0ken }',
    good: { url: 'HOST', token: 't0ken' },
    bad: { url: 'HOST', token: 'x' },
    // natscli 0.5.1 drops --token when it saves a context, and takes a user without password for a token.
    flags: ['--user', 't0ken'],
  },
  {
    title: 'a token in the URL',
    config: 'authorization { token: t0ken }',
    good: { url: 'nats://t0ken@HOST' },
    bad: { url: 'HOST' },
    flags: ['--server', 'nats://t0ken@HOST'],
  },
  {
    title: 'an NKEY',
    config: `authorization { users: [ { nkey: ${pair.getPublicKey()} } ] }`,
    good: { url: 'HOST', nkey: files.nkey },
    bad: { url: 'HOST', nkey: files.otherNkey },
    flags: ['--nkey', files.nkey],
  },
  {
    title: 'a credentials file',
    config: operator.config,
    good: { url: 'HOST', creds: files.creds },
    bad: { url: 'HOST', creds: files.strangerCreds },
    flags: ['--creds', files.creds],
  },
  {
    title: 'a credentials file inside the context',
    config: operator.config,
    good: { url: 'HOST', creds: `data:;base64,${Buffer.from(user.creds).toString('base64')}` },
    bad: { url: 'HOST', creds: files.expiredCreds },
    flags: ['--creds', files.creds, '--embed'],
  },
  {
    title: 'JWT and seed',
    config: operator.config,
    good: { url: 'HOST', user_jwt: user.jwt, user_seed: user.seed },
    bad: { url: 'HOST', user_jwt: user.jwt, user_seed: stranger.seed },
    flags: ['--jwt', user.jwt, '--seed', user.seed],
  },
  {
    title: 'a bearer JWT alone',
    config: operator.config,
    good: { url: 'HOST', user_jwt: bearer.jwt },
    bad: { url: 'HOST', user_jwt: user.jwt },
    flags: ['--jwt', bearer.jwt],
  },
  {
    title: 'TLS with an authority of its own',
    config: `tls { ${tls} }`,
    good: { url: 'tls://HOST', ca: files.ca },
    bad: { url: 'tls://HOST', ca: files.strayCa },
    code: 'tlsFailed',
    flags: ['--server', 'tls://HOST', '--tlsca', files.ca],
  },
  {
    title: 'a client certificate',
    config: `tls { ${verifying} }`,
    good: { url: 'HOST', ca: files.ca, cert: files.cert, key: files.key },
    bad: { url: 'HOST', ca: files.ca, cert: files.strayCert, key: files.strayKey },
    code: 'tlsFailed',
    flags: ['--tlsca', files.ca, '--tlscert', files.cert, '--tlskey', files.key],
  },
  {
    title: 'a client certificate that is the user',
    config: `tls { ${verifying}, verify_and_map: true }\nauthorization { users: [ { user: anna.example } ] }`,
    good: { url: 'HOST', ca: files.ca, cert: files.cert, key: files.key },
    bad: { url: 'HOST', ca: files.ca },
    code: 'tlsFailed',
    flags: ['--tlsca', files.ca, '--tlscert', files.cert, '--tlskey', files.key],
  },
];

/** `handshake_first` came with 2.10. */
const tlsFirst: Kind = {
  title: 'TLS before the greeting',
  config: `tls { ${tls}, handshake_first: true, timeout: 0.5 }`,
  good: { url: 'HOST', ca: files.ca, tls_first: true },
  bad: { url: 'HOST', ca: files.ca },
  code: 'tlsFailed',
  flags: ['--tlsca', files.ca, '--tlsfirst'],
};

for (const version of natsServerVersions) {
  const all = version.startsWith('2.9.') ? kinds : [...kinds, tlsFirst];
  for (const kind of all) describe(`${kind.title}, demanded by nats-server ${version}`, () => demanding(kind, version));
}

function demanding(kind: Kind, version: string): void {
  let running: NatsServer;
  let configHome: string;
  const filled = (file: ContextFile): ContextFile => ({ ...file, url: file.url?.replace('HOST', hostPort()) ?? '' });
  const hostPort = () => `${running.host}:${running.port}`;

  before(async () => {
    configHome = mkdtempSync(join(tmpdir(), 'contexts-'));
    running = await startNatsServer({ version, config: kind.config });
  });
  after(async () => {
    await running.stop();
    rmSync(configHome, { recursive: true, force: true });
  });

  async function connected(name: string, file: ContextFile): Promise<string> {
    const connection = await connectServer(await resolveContext(name, file), { purpose: 'shared' });
    try {
      const reply = await connection.nc.request('$JS.API.INFO');
      assert.match(reply.string(), /"type":"io\.nats\.jetstream\.api\.v1\.account_info_response"/);
      return connection.info.version;
    } finally {
      await connection.close();
    }
  }

  it('is accepted, also from a context that was saved and read again', async () => {
    const store = new ContextStore(configHome);
    await store.save('ours', filled(kind.good));
    assert.equal(await connected('ours', await store.read('ours')), version);
  });

  it('is refused if it is wrong', async () => {
    const secrets = [user.seed, stranger.seed, 't0ken', 'p:w@/%', user.jwt];
    await assert.rejects(connected('wrong', filled(kind.bad)), (error: Error & { code?: string }) => {
      assert.equal(error.code, kind.code ?? 'unauthorized', error.message);
      assert.ok(error.message.startsWith(`Context "wrong": cannot connect to ${hostPort()}: `), error.message);
      for (const secret of secrets) assert.ok(!error.message.includes(secret));
      return true;
    });
  });

  it('works in the nats command line with a context saved here', async () => {
    await new ContextStore(configHome).save('ours', filled(kind.good));
    await natsCliOk(['--context', 'ours', 'stream', 'list', '--names'], { configHome });
  });

  it('works here with a context that the nats command line saved', async () => {
    const flags = kind.flags.map((flag) => flag.replace('HOST', hostPort()));
    const address = flags.includes('--server') ? [] : ['--server', `nats://${hostPort()}`];
    await natsCliOk(['context', 'add', 'theirs', ...address, ...flags, '--select'], { configHome });
    const store = new ContextStore(configHome);
    assert.equal(await store.selected(), 'theirs');
    assert.equal(await connected('theirs', await store.read('theirs')), version);
  });

  it('survives an edit here of a context that the nats command line saved', async () => {
    const store = new ContextStore(configHome);
    await store.save('theirs', { ...(await store.read('theirs')), description: 'edited here' });
    const shown = await natsCli(['context', 'info', 'theirs', '--json'], { configHome });
    assert.match(shown.stdout, /"description": "edited here"/);
    await natsCliOk(['--context', 'theirs', 'stream', 'list', '--names'], { configHome });
  });
}
