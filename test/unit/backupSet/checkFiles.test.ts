import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles } from '../../../src/engine/backupSet/checkFiles';
import { readManifest } from '../../../src/engine/backupSet/manifestFile';
import { useTempDir } from '../../support/tempDir';
import { content, newSet, writeData } from './sampleSet';

describe('checkFiles', () => {
  const temp = useTempDir();

  async function makeSet(): Promise<string> {
    const set = await newSet(temp(), ['A', 'B']);
    await set.writeConfiguration('A', { name: 'A' }, []);
    await set.writeConfiguration('B', { name: 'B' }, []);
    await writeData(set, 'A');
    await writeData(set, 'B');
    return await set.finish(content(['A', 'B']));
  }

  it('finds nothing wrong in a set as it was written', async () => {
    const path = await makeSet();
    assert.deepEqual(await checkFiles(path, await readManifest(path)), []);
  });

  it('names each file that is not what it was', async () => {
    const path = await makeSet();
    const manifest = await readManifest(path);
    const flipped = join(path, 'data', 'A', 'stream.tar.s2');
    const bytes = readFileSync(flipped);
    bytes[3]! ^= 1;
    writeFileSync(flipped, bytes);
    rmSync(join(path, 'config', 'stream_A.json'));
    writeFileSync(join(path, 'config', 'stream_B.json'), '');
    const problems = await checkFiles(path, manifest);
    assert.deepEqual(
      problems.map(({ path: file, problem }) => [file, problem.code]),
      [
        ['config/stream_A.json', 'fileAccess'],
        ['config/stream_B.json', 'archiveTruncated'],
        ['data/A/stream.tar.s2', 'archiveMismatch'],
      ],
    );
    const only = await checkFiles(path, manifest, { only: (file) => file.path.startsWith('data/B/') });
    assert.deepEqual(only, []);
  });

  it('stops when it is cancelled', async () => {
    const path = await makeSet();
    const abort = new AbortController();
    abort.abort();
    const check = checkFiles(path, await readManifest(path), { signal: abort.signal });
    await assert.rejects(check, { code: 'cancelled' });
  });
});
