import assert from 'node:assert/strict';
import { backup, type BackupRequest } from '../../src/engine/jobs/backup';
import { planRestore } from '../../src/engine/jobs/planRestore';
import { restore } from '../../src/engine/jobs/restore';
import type { RestoreRequest } from '../../src/engine/jobs/restorePlan';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile } from '../support/engineRun';
import { deleteStream, makeSampleStreams, readStream } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';
import { hasArchiveV2 } from '../support/tools';

const streams = ['EVENTS', 'KV_settings', 'ORDERS'];

eachServer('backup and restore of an account', (server, version) => {
  const folder = useTempDir();
  before(() => makeSampleStreams(server().url));

  const backupRequest = (): BackupRequest => ({
    settings: plainSettings(server().url),
    backupFolder: folder(),
    data: true,
    consumers: true,
    checkMessages: false,
    keepPartial: true,
    parallel: 2,
    workerFile,
    toolVersion: '0.0.0',
  });
  const restoreRequest = (source: string): RestoreRequest => ({
    settings: plainSettings(server().url),
    source,
    existing: 'fail',
    overrides: {},
    cleanUp: [],
    parallel: 2,
    workerFile,
  });

  it('brings every message and every consumer back as it was', async () => {
    const signal = new AbortController().signal;
    const before = await Promise.all(streams.map((stream) => readStream(server().url, stream)));
    const { result } = await finishRun(backup(backupRequest(), signal));
    assert.deepEqual(
      result.streams.map(({ name, outcome, verified, format, error }) => ({ name, outcome, verified, format, error })),
      streams.map((name) => ({
        name,
        outcome: 'backedUp',
        verified: true,
        format: hasArchiveV2(version) ? 'v2' : 'v1',
        error: undefined,
      })),
    );
    assert.ok(result.directory);
    for (const stream of streams) await deleteStream(server().url, stream);

    const request = restoreRequest(result.directory);
    const plan = (await finishRun(planRestore(request, signal))).result;
    assert.deepEqual(
      plan.streams.map(({ name, action, exists }) => ({ name, action, exists })),
      streams.map((name) => ({ name, action: 'restore', exists: false })),
    );
    const restored = (await finishRun(restore(request, plan, signal))).result;
    for (const stream of restored.streams) {
      assert.deepEqual(stream.differences, [], stream.name);
      assert.deepEqual(stream.actual, stream.expected);
      assert.equal(stream.outcome, 'restored');
    }
    const after = await Promise.all(streams.map((stream) => readStream(server().url, stream)));
    assert.deepEqual(after, before);
  });
});
