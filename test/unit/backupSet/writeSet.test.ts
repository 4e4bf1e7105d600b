import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readManifest } from '../../../src/engine/backupSet/manifestFile';
import { createSet } from '../../../src/engine/backupSet/writeSet';
import { useTempDir } from '../../support/tempDir';
import { content, newSet, startedAt, writeData } from './sampleSet';

const finalName = '2026-11-23T12-00-00Z';

describe('createSet', () => {
  const temp = useTempDir();
  const final = () => temp('backups', 'local', finalName);

  it('writes beside the final name, which appears whole with finish', async () => {
    const set = await newSet(temp('backups'), ['ORDERS', 'a:b']);
    await set.writeConfiguration('ORDERS', { name: 'ORDERS' }, [{ durable_name: 'NEW' }, { name: 'x|y' }]);
    await set.writeConfiguration('a:b', { name: 'a:b' }, []);
    await writeData(set, 'ORDERS');
    await writeData(set, 'a:b', 'v2');
    assert.deepEqual(readdirSync(temp('backups', 'local')), [relative(temp('backups', 'local'), set.path)]);
    assert.match(basename(set.path), /^2026-11-23T12-00-00Z\.partial-[0-9a-f]{8}$/);

    assert.equal(await set.finish(content(['ORDERS', 'a:b'])), final());
    assert.deepEqual(readdirSync(temp('backups', 'local')), [finalName]);
    assert.deepEqual(filesOf(final()), [
      '.gitignore',
      'config/stream_ORDERS.json',
      'config/stream_ORDERS_consumer_NEW.json',
      'config/stream_ORDERS_consumer_x%7Cy.json',
      'config/stream_a%3Ab.json',
      'data/ORDERS/backup.json',
      'data/ORDERS/stream.tar.s2',
      'data/a%3Ab/backup.json',
      'data/a%3Ab/stream.arc.s2',
      'manifest.json',
    ]);
    assert.equal(readFileSync(join(final(), '.gitignore'), 'utf8'), 'data/\n');
  });

  it('names every file in the manifest with its size and SHA-256', async () => {
    const set = await newSet(temp('backups'), ['ORDERS']);
    await set.writeConfiguration('ORDERS', { name: 'ORDERS' }, [{ durable_name: 'NEW' }]);
    await writeData(set, 'ORDERS');
    const { files, streams } = await readManifest(await set.finish(content(['ORDERS'])));
    assert.equal(streams[0]?.folder, 'ORDERS');
    const expected = filesOf(final()).filter((path) => path !== 'manifest.json' && path !== '.gitignore');
    assert.deepEqual(files.map(({ path }) => path).sort(), expected);
    for (const { path, size, sha256 } of files) {
      const bytes = readFileSync(join(final(), path));
      assert.deepEqual({ size, sha256 }, { size: bytes.length, sha256: sha256Of(bytes) });
    }
  });

  if (process.platform !== 'win32') {
    it('is private to the user', async () => {
      const set = await newSet(temp('backups'), ['ORDERS']);
      await set.writeConfiguration('ORDERS', { name: 'ORDERS' }, []);
      await writeData(set, 'ORDERS');
      await set.finish(content(['ORDERS']));
      for (const path of readdirSync(temp('backups'), { recursive: true, encoding: 'utf8' })) {
        const stats = statSync(temp('backups', path));
        assert.equal((stats.mode & 0o777).toString(8), stats.isDirectory() ? '700' : '600', path);
      }
      assert.equal(statSync(temp('backups')).mode & 0o777, 0o700);
    });
  }

  it('overwrites nothing that has its name: a set, an empty folder, a file', async () => {
    mkdirSync(final(), { recursive: true });
    writeFileSync(`${final()}-2`, 'mine');
    mkdirSync(`${final()}-3`);
    writeFileSync(join(`${final()}-3`, 'mine'), 'mine');
    const set = await newSet(temp('backups'), ['ORDERS']);
    await writeData(set, 'ORDERS');
    assert.equal(await set.finish(content(['ORDERS'])), `${final()}-4`);
    assert.deepEqual(readdirSync(final()), []);
    assert.equal(readFileSync(`${final()}-2`, 'utf8'), 'mine');
    assert.deepEqual(readdirSync(`${final()}-3`), ['mine']);
  });

  it('gives two sets of the same second two names', async () => {
    const sets = await Promise.all([newSet(temp('backups'), ['A']), newSet(temp('backups'), ['A'])]);
    const paths = await Promise.all(
      sets.map(async (set) => {
        await writeData(set, 'A');
        return await set.finish(content(['A']));
      }),
    );
    assert.deepEqual(paths.sort(), [final(), `${final()}-2`]);
    for (const path of paths) assert.equal((await readManifest(path)).files.length, 2);
  });

  it('leaves nothing after discard but what was there before', async () => {
    const made = await newSet(temp('new', 'backups'), ['A']);
    await writeData(made, 'A');
    await made.discard();
    assert.deepEqual(readdirSync(temp()), []);

    mkdirSync(temp('backups', 'local'), { recursive: true });
    const other = await newSet(temp('backups'), ['A']);
    await other.discard();
    await other.discard();
    assert.deepEqual(readdirSync(temp('backups')), ['local']);
    assert.deepEqual(readdirSync(temp('backups', 'local')), []);
  });

  it('keeps no folder of a stream that was discarded, or that failed', async () => {
    const set = await newSet(temp('backups'), ['A', 'B', 'C']);
    for (const stream of ['A', 'B', 'C']) await writeData(set, stream);
    await set.discardStream('B');
    const path = await set.finish(content(['A', 'B', 'C'], { B: 'failed', C: 'failed' }));
    assert.deepEqual(readdirSync(join(path, 'data')), ['A']);
    const manifest = await readManifest(path);
    assert.deepEqual(
      manifest.files.map((file) => file.path),
      ['data/A/backup.json', 'data/A/stream.tar.s2'],
    );
    assert.deepEqual(
      manifest.streams.map(({ name, outcome, folder, error }) => ({ name, outcome, folder, code: error?.code })),
      [
        { name: 'A', outcome: 'backedUp', folder: 'A', code: undefined },
        { name: 'B', outcome: 'failed', folder: undefined, code: 'stalled' },
        { name: 'C', outcome: 'failed', folder: undefined, code: 'stalled' },
      ],
    );
  });

  it('has no data folder when no stream has data', async () => {
    const set = await newSet(temp('backups'), ['A']);
    await set.writeConfiguration('A', { name: 'A' }, []);
    await set.makeStreamFolder('A');
    const path = await set.finish(content(['A'], { A: 'configurationOnly' }));
    assert.deepEqual(readdirSync(path).sort(), ['.gitignore', 'config', 'manifest.json']);
  });

  it('refuses to call a stream backed up whose files it does not know', async () => {
    const set = await newSet(temp('backups'), ['A']);
    await set.makeStreamFolder('A');
    await assert.rejects(set.finish(content(['A'])), { code: 'internal' });
    assert.ok(!existsSync(final()));
    await set.discard();
    assert.ok(!existsSync(temp('backups')));
  });

  it('says what stands in the way', async () => {
    writeFileSync(temp('file'), '');
    const blocked = createSet({ backupFolder: temp('file'), context: 'local', startedAt, streams: [] });
    await assert.rejects(blocked, (error: Error & { code: string }) => {
      assert.equal(error.code, 'fileAccess');
      assert.ok(error.message.includes(temp('file')));
      return true;
    });
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
