import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, writeManifest } from '../../../src/engine/backupSet/manifestFile';
import type { Manifest } from '../../../src/engine/backupSet/manifest';
import { useTempDir } from '../../support/tempDir';
import { content } from './sampleSet';

const manifest: Manifest = {
  ...content(['ORDERS']),
  server: { name: 'n1', version: '2.14.9', cluster: 'east' },
  streams: [
    {
      ...content(['ORDERS']).streams[0]!,
      folder: 'ORDERS',
      missingConsumers: [
        {
          name: 'R1',
          config: { durable_name: 'R1', max_bytes: 9223372036854775807n },
          position: {
            delivered: { consumer: 9007199254740993n, stream: 18446744073709551615n },
            ackFloor: { consumer: 1n, stream: 2n },
            ackPending: 3,
            pending: 4,
            redelivered: 0,
          },
        },
      ],
    },
    { ...content(['B'], { B: 'failed' }).streams[0]! },
  ],
  files: [{ path: 'data/ORDERS/backup.json', size: 12, sha256: 'ab'.repeat(32) }],
};

describe('manifest', () => {
  const temp = useTempDir();
  const file = () => temp('manifest.json');

  it('comes back as it was written', async () => {
    await writeManifest(temp(), manifest);
    assert.deepEqual(await readManifest(temp()), manifest);
  });

  it('holds sequences as decimal strings, so that any JSON parser reads them right', async () => {
    await writeManifest(temp(), manifest);
    const { version, streams } = JSON.parse(readFileSync(file(), 'utf8')) as typeof manifest & { version: number };
    assert.equal(version, 1);
    assert.equal(streams[0]?.lastSeq, '18446744073709551615');
    assert.deepEqual(streams[0].missingConsumers[0]?.position.delivered, {
      consumer: '9007199254740993',
      stream: '18446744073709551615',
    });
  });

  it('is damaged wherever it is cut', async () => {
    await writeManifest(temp(), manifest);
    const whole = readFileSync(file());
    // Without its last byte, the newline, it is whole.
    for (let length = whole.length - 2; length >= 0; length -= 7) {
      truncateSync(file(), length);
      await assert.rejects(readManifest(temp()), { code: 'archiveDamaged' });
    }
  });

  it('is refused with the place of what is wrong', async () => {
    const cases: [change: (text: string) => string, code: string, place: string][] = [
      [(text) => text.replace('"jetstream-backup-set"', '"other"'), 'notABackup', 'not the manifest of a backup set'],
      [(text) => text.replace('"version": 1,', '"version": 2,'), 'notSupported', 'Update the extension'],
      [(text) => text.replace('"context": "local"', '"context": 7'), 'archiveDamaged', 'context is no text'],
      [(text) => text.replace('"messages": 3', '"messages": -3'), 'archiveDamaged', 'streams.0.messages'],
      [(text) => text.replace('"messages": 3', '"messages": 9007199254740993'), 'archiveDamaged', 'streams.0.messages'],
      [(text) => text.replace('18446744073709551615', '18446744073709551616'), 'archiveDamaged', 'streams.0.lastSeq'],
      [(text) => text.replace('"outcome": "failed"', '"outcome": "?"'), 'archiveDamaged', 'streams.1.outcome'],
      [(text) => text.replace('"name": "B"', '"name": "ORDERS"'), 'archiveDamaged', 'streams names "ORDERS" twice'],
      [(text) => text.replace('abab', 'AB'), 'archiveDamaged', 'files.0.sha256'],
      [(text) => text.replace('"files"', '"filez"'), 'archiveDamaged', 'lacks "files"'],
      [() => '[]', 'archiveDamaged', 'no JSON object'],
      [() => '', 'archiveDamaged', 'it is empty'],
      [() => '['.repeat(100_000), 'archiveDamaged', 'is damaged'],
    ];
    await writeManifest(temp(), manifest);
    const whole = readFileSync(file(), 'utf8');
    for (const [change, code, place] of cases) {
      assert.notEqual(change(whole), whole);
      writeFileSync(file(), change(whole));
      await assert.rejects(readManifest(temp()), (error: Error & { code: string }) => {
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.includes(place) && error.message.includes(file()), error.message);
        return true;
      });
    }
  });

  it('never leads out of its folder', async () => {
    const paths = [
      '../x',
      'data/../../x',
      '/etc/passwd',
      'data//x',
      './x',
      '',
      'C:/x',
      'C:x',
      '..\\x',
      'a/b:c',
      'a\0b',
    ];
    for (const path of paths) {
      writeFileSync(file(), JSON.stringify(asJson({ files: [{ ...manifest.files[0]!, path }] })));
      await assert.rejects(readManifest(temp()), { code: 'archiveDamaged' });
    }
    for (const folder of ['..', '.', 'a/b', '../data', '']) {
      writeFileSync(
        file(),
        JSON.stringify(asJson({ streams: [{ ...manifest.streams[1]!, outcome: 'backedUp', folder }] })),
      );
      await assert.rejects(readManifest(temp()), { code: 'archiveDamaged' });
    }
  });

  it('is read from a regular file only', async () => {
    await assert.rejects(readManifest(temp()), { code: 'fileAccess' });
    await assert.rejects(readManifest(join(temp(), '..')), { code: 'fileAccess' });
  });
});

function asJson(change: object): object {
  return { kind: 'jetstream-backup-set', version: 1, ...manifest, streams: [], ...change };
}
