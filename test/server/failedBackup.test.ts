import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import type { BackupRequest } from '../../src/engine/jobs/backup';
import type { ErrorCode } from '../../src/engine/errors';
import type { BackupResult } from '../../src/engine/results';
import { makeBigStream } from '../support/bigStream';
import { eachServer } from '../support/eachServer';
import { backupRequest, plainSettings, runBackup } from '../support/engineRun';
import { withNatsServer } from '../support/natsServer';
import { startRelay, type Relay } from '../support/relay';
import { makeSampleStreams, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { natsServerVersions } from '../support/tools';
import { canMount, withFullDisk } from '../support/fullDisk';

/** Fast enough for a test, slow enough to be in the middle when something happens. */
const slowLink = 8 * 1024 * 1024;
const megabytes = 16;
/** So much has passed when something happens. */
const someBytes = 2 * 1024 * 1024;

function assertFailed(result: BackupResult, stream: string, code: ErrorCode, text: RegExp): void {
  const found = result.streams.find((each) => each.name === stream);
  assert.equal(found?.error?.code, code, found?.error?.message);
  assert.match(found?.error?.message ?? '', text);
  assert.match(found?.error?.message ?? '', new RegExp(`\\b${stream}\\b`));
  assert.equal(found?.outcome, code === 'cancelled' ? 'cancelled' : 'failed');
}

eachServer('a backup that fails', (server, version) => {
  const folder = useTempDir();
  /** For what does not depend on the server. */
  const itOnce = version === natsServerVersions.at(-1) ? it : () => undefined;
  let relay: Relay;

  before(() => makeBigStream(server().url, { name: 'BIG', megabytes }));

  beforeEach(async () => {
    relay = await startRelay({ target: new URL(server().url).host, bytesPerSecond: slowLink });
  });
  afterEach(() => relay.cut());

  const request = (more: Partial<BackupRequest> = {}) =>
    backupRequest(plainSettings(relay.url), folder('backups'), { streams: ['BIG'], ...more });
  const assertNothingKept = (result: BackupResult) => {
    assert.equal(result.directory, undefined);
    assert.deepEqual(readdirSync(folder()), []);
  };

  it('says that it was cancelled in the middle', async () => {
    const cancel = new AbortController();
    void relay.passed(someBytes).then(() => cancel.abort());
    const { result } = await runBackup(request(), cancel.signal);
    assertFailed(result, 'BIG', 'cancelled', /cancelled/);
    assert.ok(relay.received < megabytes * 1024 * 1024);
    assertNothingKept(result);
  });

  itOnce('says that the link was cut', async () => {
    void relay.passed(someBytes).then(() => relay.cut());
    const { result } = await runBackup(request());
    assertFailed(result, 'BIG', 'connectionLost', /connection to .* was lost in the middle/);
    assertNothingKept(result);
  });

  itOnce('says that the server stalled', async () => {
    void relay.passed(someBytes).then(() => server().signal('SIGSTOP'));
    try {
      const { result } = await runBackup(request({ idleTimeoutMs: 1500 }));
      assertFailed(result, 'BIG', 'stalled', /sent nothing for 2 s in the middle/);
      assertNothingKept(result);
    } finally {
      server().signal('SIGCONT');
    }
  });

  it('says that a stream is not there, and backs up the others', async () => {
    await relay.cut();
    const { result } = await runBackup({
      ...request({ streams: ['BIG', 'NONE'] }),
      settings: plainSettings(server().url),
    });
    assertFailed(result, 'NONE', 'streamNotFound', /no such stream/);
    assert.equal(result.streams.find((stream) => stream.name === 'BIG')?.outcome, 'backedUp');
    assert.deepEqual(readdirSync(`${result.directory}/data`), ['BIG']);
  });

  if (canMount()) {
    itOnce('says that the disk is full, and keeps nothing', async () => {
      await withFullDisk(folder('small'), 8, async (small) => {
        const full = await runBackup({ ...request(), settings: plainSettings(server().url), backupFolder: small });
        assertFailed(full.result, 'BIG', 'diskFull', /full|space/i);
        assert.equal(full.result.directory, undefined);
        assert.deepEqual(readdirSync(small), []);
      });
    });
  } else {
    console.log('    (a full disk is not tested: this machine lets nobody mount a small file system)');
  }

  itOnce('rejects a folder that cannot be written to', async () => {
    writeFileSync(folder('file'), '');
    await assert.rejects(runBackup(request({ backupFolder: folder('file', 'below') })), {
      code: 'fileAccess',
      message: /file.*below/,
    });
  });

  it('says that the stream was deleted meanwhile', async () => {
    await makeBigStream(server().url, { name: 'GOING', megabytes });
    void relay.passed(someBytes).then(() => withClient(server().url, (_, jsm) => jsm.streams.delete('GOING')));
    const { result } = await runBackup(request({ streams: ['GOING'], idleTimeoutMs: 3000 }));
    assertFailed(result, 'GOING', 'streamNotFound', /was deleted while it was backed up/);
    assertNothingKept(result);
  });

  itOnce('says that the server was killed in the middle', async () => {
    await withNatsServer({ version }, async (doomed) => {
      await makeBigStream(doomed.url, { name: 'BIG', megabytes });
      const link = await startRelay({ target: new URL(doomed.url).host, bytesPerSecond: slowLink });
      void link.passed(someBytes).then(() => doomed.signal('SIGKILL'));
      try {
        const { result } = await runBackup({ ...request(), settings: plainSettings(link.url) });
        assertFailed(result, 'BIG', 'connectionLost', /was lost in the middle/);
        assertNothingKept(result);
      } finally {
        await link.cut();
      }
    });
  });
});

eachServer(
  'a backup that may not',
  (server) => {
    const folder = useTempDir();
    const admin = { user: 'admin', pass: 'secret' };
    const settings = (user: string, password = 'secret') => ({
      ...plainSettings(server().url),
      credentials: { user, password },
    });
    const request = (user: string, password?: string) =>
      backupRequest(settings(user, password), folder('backups'), { streams: ['EVENTS', 'ORDERS'] });

    before(async () => {
      await makeSampleStreams(server().url, admin);
      // More than the server sends without any acknowledgement.
      await makeBigStream(server().url, { name: 'BIG', megabytes: 12, credentials: admin });
    });

    it('rejects wrong credentials', async () => {
      await assert.rejects(runBackup(request('admin', 'wrong')), { code: 'unauthorized', message: /admin.*password/ });
      assert.deepEqual(readdirSync(folder()), []);
    });

    it('names the permission for the snapshot of one stream, and backs up the others', async () => {
      const { result } = await runBackup(request('nosnapshot'));
      assertFailed(
        result,
        'ORDERS',
        'permissionDenied',
        /no permission for publish on "\$JS.API.STREAM.SNAPSHOT.ORDERS"/,
      );
      assert.equal(result.streams.find((stream) => stream.name === 'EVENTS')?.outcome, 'backedUp');
      assert.deepEqual(readdirSync(`${result.directory}/data`), ['EVENTS']);
    });

    it('names the permission for acknowledgements', async () => {
      const { result } = await runBackup({ ...request('noack'), streams: ['BIG'] });
      assertFailed(result, 'BIG', 'permissionDenied', /no permission for publish on "\$JS.SNAPSHOT.ACK.BIG/);
      assert.deepEqual(readdirSync(folder()), []);
    });

    it('names the permission for the inbox', async () => {
      const { result } = await runBackup(request('noinbox'));
      assertFailed(result, 'ORDERS', 'permissionDenied', /_INBOX.*inbox_prefix/);
    });
  },
  {
    config: `authorization { users = [
      { user: admin, password: secret }
      { user: nosnapshot, password: secret, permissions: { publish: { deny: "$JS.API.STREAM.SNAPSHOT.ORDERS" } } }
      { user: noack, password: secret, permissions: { publish: { deny: "$JS.SNAPSHOT.ACK.>" } } }
      { user: noinbox, password: secret, permissions: { subscribe: { deny: "_INBOX.>" } } }
    ] }`,
  },
);

eachServer(
  'a backup without JetStream',
  (server) => {
    const folder = useTempDir();

    it('is rejected with what to do', async () => {
      const request = backupRequest(plainSettings(server().url), folder('backups'));
      await assert.rejects(runBackup(request), { code: 'jetStreamNotEnabled', message: /Enable JetStream/ });
    });
  },
  { jetstream: false },
);
