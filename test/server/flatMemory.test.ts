import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackupRequest } from '../../src/engine/jobs/backup';
import { makeBigStream } from '../support/bigStream';
import { EngineProcess } from '../support/engineProcess';
import { backupRequest, plainSettings, restoreRequest, workerFile } from '../support/engineRun';
import { eventually } from '../support/eventually';
import { withNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, withClient } from '../support/sampleStreams';
import { whyNoSlowDisk, withSlowDisk, type SlowDisk } from '../support/slowDisk';
import { keptTempDir } from '../support/tempDir';
import { hasArchiveV2, natsServerVersions } from '../support/tools';
import { bytesWaitingFrom } from '../support/waitingBytes';

/** MiB that the engine's process may hold, whatever the size of the stream. */
const bound = 360;
/** MiB that it may add while the disk takes nothing: what is under way between two looks, and what is collected late. */
const standstillBound = 24;

const newestV1 = natsServerVersions.filter((version) => !hasArchiveV2(version)).at(-1);
const newestV2 = natsServerVersions.filter(hasArchiveV2).at(-1);

describe('the memory of a transfer', () => {
  const temp = keptTempDir();

  for (const [version, megabytes] of [
    [newestV1, 512],
    [newestV2, 1024],
  ] as const) {
    if (version === undefined) continue;
    it(`stays flat for ${megabytes} MiB of nats-server ${version}, also when the disk does not keep up`, async () => {
      await withNatsServer({ version }, async (server) => {
        await makeBigStream(server.url, { name: 'BIG', megabytes, messageSize: 512 * 1024, mixed: true });
        const why = await whyNoSlowDisk();
        if (why === undefined) {
          await withSlowDisk(megabytes + 256, (disk) => takeThereAndBack(server, disk.folder, disk));
          return;
        }
        assert.notEqual(process.env['CI'], 'true', why);
        console.log(`    (a disk that does not keep up is not tested: ${why})`);
        await takeThereAndBack(server, temp(version));
      });
    }).timeout(300_000);
  }
});

/** Backs up, verifies and restores the stream, and looks at the memory all the while. */
async function takeThereAndBack(server: NatsServer, folder: string, disk?: SlowDisk): Promise<void> {
  const settings = plainSettings(server.url);
  const before = await stateOf(server);
  const engine = new EngineProcess();
  try {
    const source = await backUp(engine, backupRequest(settings, folder), server, disk);
    assertFlat(engine, 'backup');
    const verified = await engine.verify({ source, parallel: 2, workerFile });
    assert.deepEqual([verified.whole, verified.problems], [true, []]);
    assertFlat(engine, 'verification');
    await deleteStream(server.url, 'BIG');
    const restored = await engine.restore(restoreRequest(settings, source));
    assert.deepEqual(
      restored.streams.map(({ name, outcome, differences, error }) => [name, outcome, differences, error?.message]),
      [['BIG', 'restored', [], undefined]],
    );
    assertFlat(engine, 'restore');
    assert.deepEqual(await stateOf(server), before);
  } finally {
    // Nothing that waits for the disk ends before it is thawed.
    await disk?.thaw();
    await engine.end();
  }
}

/** Backs up onto the disk, which is held up meanwhile if it can be, and gives the set's folder. */
async function backUp(
  engine: EngineProcess,
  request: BackupRequest,
  server: NatsServer,
  disk: SlowDisk | undefined,
): Promise<string> {
  const written = new AbortController();
  const backup = engine.backup(request).finally(() => written.abort());
  const slowness = disk === undefined ? Promise.resolve() : holdUp(server, engine, disk, written.signal);
  const [{ streams, directory }] = await Promise.all([backup, slowness]);
  assert.deepEqual(
    streams.map(({ name, outcome, verified, error }) => [name, outcome, verified, error?.message]),
    [['BIG', 'backedUp', true, undefined]],
  );
  return directory ?? '';
}

/** First the disk takes nothing for a while, then less than the server sends, until the backup is written. */
async function holdUp(server: NatsServer, engine: EngineProcess, disk: SlowDisk, written: AbortSignal): Promise<void> {
  await eventually(() => assert.ok(archiveSize(disk.folder) > 32 * 1024 * 1024), 60_000);
  await disk.freeze();
  // What was read from the socket before is worked off by now.
  await delay(300);
  const [size, resident] = [archiveSize(disk.folder), engine.resident];
  engine.forgetPeak();
  await delay(1000);
  const [waiting, grown] = [bytesWaitingFrom(server.port), engine.peak - resident];
  assert.equal(archiveSize(disk.folder), size, 'the disk took something while it stood still');
  await disk.thaw();
  const kept = `${(waiting / 1024).toFixed(0)} KiB wait in the kernel, ${grown.toFixed(1)} MiB were taken`;
  console.log(`    (while the disk stood still: ${kept})`);
  assert.ok(waiting > 16 * 1024, `the socket was read while the disk stood still: ${kept}`);
  assert.ok(grown < standstillBound, `memory was filled while the disk stood still: ${kept}`);
  await disk.stutter(written);
}

function assertFlat(engine: EngineProcess, what: string): void {
  console.log(`    (${what}: ${engine.peak.toFixed(0)} MiB)`);
  assert.ok(engine.peak > 0, 'nothing is known of the memory');
  assert.ok(engine.peak < bound, `the ${what} took ${engine.peak.toFixed(0)} MiB of memory`);
  engine.forgetPeak();
}

/** Bytes of the archive that is being written, or 0. */
function archiveSize(folder: string): number {
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('archive.partial'),
  );
  return file === undefined ? 0 : statSync(join(folder, file)).size;
}

async function stateOf(server: NatsServer) {
  return await withClient(server.url, async (_, jsm) => {
    const { messages, bytes, first_seq, last_seq } = (await jsm.streams.info('BIG')).state;
    return { messages, bytes, first_seq, last_seq };
  });
}
