import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileIdentity } from '../../src/engine/backupSet/archiveFile';
import type { ErrorCode } from '../../src/engine/errors';
import { planRestore } from '../../src/engine/jobs/planRestore';
import { restore } from '../../src/engine/jobs/restore';
import type { RestoreRequest } from '../../src/engine/jobs/restorePlan';
import type { StreamRestoreResult } from '../../src/engine/results';
import { makeBigStream } from '../support/bigStream';
import { eachServer } from '../support/eachServer';
import { backupRequest, finishRun, plainSettings, restoreRequest, runBackup, runRestore } from '../support/engineRun';
import { withNatsServer } from '../support/natsServer';
import { startRelay, type Relay } from '../support/relay';
import { withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2, natsServerVersions } from '../support/tools';

const slowLink = 8 * 1024 * 1024;
const megabytes = 16;
const someBytes = 3 * 1024 * 1024;
const admin = { user: 'admin', pass: 'secret' };

const config = `authorization { users = [
  { user: admin, password: secret }
  { user: norestore, password: secret, permissions: { publish: { deny: "$JS.API.STREAM.RESTORE.>" } } }
  { user: noupload, password: secret, permissions: { publish: { deny: "$JS.SNAPSHOT.RESTORE.>" } } }
] }`;

function assertFailed(result: StreamRestoreResult | undefined, code: ErrorCode, text: RegExp): void {
  assert.equal(result?.error?.code, code, result?.error?.message);
  assert.match(result?.error?.message ?? '', text);
  assert.match(result?.error?.message ?? '', /\bBIG\b/);
  assert.equal(result?.outcome, code === 'cancelled' ? 'cancelled' : 'failed');
}

eachServer(
  'a restore that fails',
  (server, version) => {
    const folder = useTempDir();
    /** What a server holds of a stream whose upload ended in the middle. */
    const inTheMiddle = hasArchiveV2(version) ? 'partial' : 'nothing';
    /** For what does not depend on the server. */
    const itOnce = version === natsServerVersions.at(-1) ? it : () => undefined;
    let original: string;
    let set: string;
    let relay: Relay;

    const settings = (url: string, user = 'admin') => ({
      ...plainSettings(url),
      credentials: { user, password: 'secret' },
    });
    const request = (more: Partial<RestoreRequest> = {}) => restoreRequest(settings(relay.url), set, more);
    const names = () => withClient(server().url, async (_, jsm) => await jsm.streams.names().next(), admin);
    const deleteBig = () => withClient(server().url, (_, jsm) => jsm.streams.delete('BIG'), admin);
    const archive = () => {
      const data = join(set, 'data', 'BIG');
      return join(data, readdirSync(data).find((name) => name.startsWith('stream.')) ?? '');
    };

    before(async () => {
      await makeBigStream(server().url, { name: 'BIG', megabytes, credentials: admin });
      original = mkdtempSync(join(tmpdir(), 'jetstream-backup-original-'));
      await runBackup(backupRequest(settings(server().url), original));
      await deleteBig();
    });
    after(() => rmSync(original, { recursive: true, force: true }));

    beforeEach(async () => {
      const [name = ''] = readdirSync(join(original, 'test'));
      set = folder('set');
      cpSync(join(original, 'test', name), set, { recursive: true });
      relay = await startRelay({ target: new URL(server().url).host, bytesPerSecond: slowLink });
    });
    afterEach(async () => {
      await relay.cut();
      // Whatever a test left is no other test's affair.
      if ((await names()).includes('BIG')) await deleteBig();
    });

    it('says that it was cancelled in the middle, and what is left', async () => {
      const cancel = new AbortController();
      void relay.passed(someBytes).then(() => cancel.abort());
      const { result } = await runRestore(request(), cancel.signal);
      assertFailed(result.streams[0], 'cancelled', /cancelled/);
      assert.equal(result.streams[0]?.leftBehind, inTheMiddle);
      assert.deepEqual(await names(), inTheMiddle === 'partial' ? ['BIG'] : []);
    });

    it('deletes what a cancelled restore left where that is asked for', async () => {
      const cancel = new AbortController();
      void relay.passed(someBytes).then(() => cancel.abort());
      const { result } = await runRestore(request({ cleanUp: ['BIG'] }), cancel.signal);
      assertFailed(result.streams[0], 'cancelled', /cancelled/);
      assert.equal(result.streams[0]?.leftBehind, 'nothing');
      assert.deepEqual(await names(), []);
      const again = await runRestore({ ...request(), settings: settings(server().url) });
      assert.equal(again.result.streams[0]?.outcome, 'restored', 'the name can be restored at once');
    });

    itOnce('says that the link was cut, and that it cannot ask what is left', async () => {
      void relay.passed(someBytes).then(() => relay.cut());
      const { result, messages } = await runRestore(request());
      assertFailed(result.streams[0], 'connectionLost', /cannot be resumed; start it again/);
      assert.equal(result.streams[0]?.leftBehind, 'partial');
      assert.match(messages.join('\n'), /may hold a part of stream BIG/);
    });

    itOnce('says that the server stalled', async () => {
      void relay.passed(someBytes).then(() => server().signal('SIGSTOP'));
      try {
        const { result } = await runRestore(request({ idleTimeoutMs: 1500 }));
        assertFailed(result.streams[0], 'stalled', /acknowledged nothing for 2 s/);
        assert.equal(result.streams[0]?.leftBehind, 'partial', 'who cannot be asked may hold anything');
      } finally {
        server().signal('SIGCONT');
      }
    });

    it('names the permissions that are missing, at once and with nothing left', async () => {
      const asked = await runRestore({ ...request(), settings: settings(server().url, 'norestore') });
      assertFailed(asked.result.streams[0], 'permissionDenied', /publish on "\$JS.API.STREAM.RESTORE.BIG"/);
      assert.equal(asked.result.streams[0]?.leftBehind, 'nothing');
      const sent = await runRestore({ ...request(), settings: settings(server().url, 'noupload') });
      assertFailed(sent.result.streams[0], 'permissionDenied', /publish on "\$JS.SNAPSHOT.RESTORE.BIG/);
      assert.equal(sent.result.streams[0]?.leftBehind, 'nothing');
      assert.deepEqual(await names(), []);
    });

    itOnce('sends nothing of an archive that was cut or changed on disk', async () => {
      const bytes = readFileSync(archive());
      for (const damage of [
        () => truncateSync(archive(), bytes.length - 20_000),
        () => writeFileSync(archive(), flipped(bytes, Math.floor(bytes.length / 2))),
      ]) {
        damage();
        const { plan, result } = await runRestore(request());
        assert.equal(plan.streams[0]?.action, 'refused');
        assertFailed(result.streams[0], plan.streams[0].error?.code ?? 'internal', /BIG/);
        assert.match(plan.streams[0].error?.code ?? '', /^archive/);
        assert.ok(relay.sent < 10_000, 'no archive was sent');
        assert.deepEqual(await names(), []);
      }
    });

    it('never ends an upload of a file that changed after the plan was made', async () => {
      const direct = { ...request(), settings: settings(server().url) };
      const never = new AbortController().signal;
      const plan = (await finishRun(planRestore(direct, never))).result;
      const planned = plan.streams[0];
      assert.ok(planned?.upload);
      const bytes = readFileSync(archive());
      writeFileSync(archive(), flipped(bytes, bytes.length - 100_000));
      const { result } = await finishRun(restore(direct, plan, never));
      assertFailedChange(result.streams[0]);

      // A file that looks the same in size and time, and is another: only the hash can tell.
      const identity = await fileIdentity(archive());
      const fooled = { ...plan, streams: [{ ...planned, upload: { ...planned.upload, identity } }] };
      const second = await finishRun(restore({ ...direct, cleanUp: ['BIG'] }, fooled, never));
      assert.equal(second.result.streams[0]?.outcome, 'failed');
      assert.equal(second.result.streams[0]?.leftBehind, 'nothing');
      assert.deepEqual(await names(), []);
    });

    itOnce('says that the server was killed in the middle', async () => {
      await withNatsServer({ version, config }, async (doomed) => {
        const link = await startRelay({ target: new URL(doomed.url).host, bytesPerSecond: slowLink });
        void link.passed(someBytes).then(() => doomed.signal('SIGKILL'));
        try {
          const { result } = await runRestore({ ...request(), settings: settings(link.url) });
          assertFailed(result.streams[0], 'connectionLost', /connection to .* was lost/);
          assert.equal(result.streams[0]?.leftBehind, 'partial', 'who cannot be asked may hold anything');
        } finally {
          await link.cut();
        }
      });
    });
  },
  { config },
);

function assertFailedChange(result: StreamRestoreResult | undefined): void {
  assert.equal(result?.outcome, 'failed');
  assert.equal(result.error?.code, 'archiveMismatch');
  assert.match(result.error.message, /changed since it was looked at/);
  assert.equal(result.leftBehind, 'nothing');
}

function flipped(bytes: Buffer, position: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[position]! ^= 0x10;
  return copy;
}
