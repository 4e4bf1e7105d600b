import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { unlistedFiles } from '../../../src/engine/backupSet/checkListing';
import { findBackups } from '../../../src/engine/backupSet/findBackups';
import type { Manifest } from '../../../src/engine/backupSet/manifest';
import { readManifest, writeManifest } from '../../../src/engine/backupSet/manifestFile';
import { useTempDir } from '../../support/tempDir';
import { neverLong } from '../../support/threadLoad';
import { content } from './sampleSet';

const names = Array.from({ length: 10_000 }, (_, index) => `STREAM_${index}_of_a_large_account`);

/** A hash, so that the parser cannot know the text from before. */
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of 10,000 streams with two consumers each; a few of them have consumers that the server left out. */
function largeManifest(): Manifest {
  const { streams, ...rest } = content(names);
  const filesOf = (name: string) => [
    `config/stream_${name}.json`,
    `config/stream_${name}_consumer_NEW.json`,
    `config/stream_${name}_consumer_DISPATCH.json`,
    `data/${name}/backup.json`,
    `data/${name}/stream.tar.s2`,
  ];
  return {
    ...rest,
    streams: streams.map((stream, index) => ({
      ...stream,
      folder: stream.name,
      missingConsumers: index % 100 === 0 ? [missingConsumer] : [],
    })),
    files: names.flatMap(filesOf).map((path) => ({ path, size: 600, sha256: sha256(path) })),
  };
}

const missingConsumer: Manifest['streams'][number]['missingConsumers'][number] = {
  name: 'LEFT_OUT',
  config: { durable_name: 'LEFT_OUT', max_bytes: 9223372036854775807n },
  position: {
    delivered: { consumer: 9007199254740993n, stream: 18446744073709551615n },
    ackFloor: { consumer: 1n, stream: 2n },
    ackPending: 3,
    redelivered: 0,
  },
};

describe('the manifest of 10,000 streams', () => {
  const temp = useTempDir();
  const manifest = largeManifest();

  it('comes back as it was written, and neither way holds up the thread for more than 50 ms', async () => {
    let round = 0;
    await neverLong('writing', () => {
      const folder = temp(String((round += 1)));
      mkdirSync(folder);
      return writeManifest(folder, manifest);
    });
    assert.deepEqual(await neverLong('reading', () => readManifest(temp('1'))), manifest);
  });

  it('is found and summed up without holding up the thread', async () => {
    await writeManifest(temp(), manifest);
    const found = await neverLong('finding', () => firstOf(findBackups(temp())));
    assert.equal(found?.kind === 'set' && found.summary.verified, names.length);
  });

  it('is looked through for files that it does not list', async () => {
    assert.deepEqual(await neverLong('looking through', () => unlistedFiles(manifest)), []);
  });
});

async function firstOf<T>(values: AsyncIterable<T>): Promise<T | undefined> {
  for await (const value of values) return value;
  return undefined;
}
