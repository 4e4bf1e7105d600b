import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAbandonedSets, removeAbandoned } from '../../../src/engine/backupSet/abandonedSets';
import { claimFolder, isAbandoned } from '../../../src/engine/backupSet/owner';
import { useTempDir } from '../../support/tempDir';
import { newSet, writeData } from './sampleSet';

const elevenMinutesAgo = () => new Date(Date.now() - 11 * 60_000);

describe('abandonedSets', () => {
  const temp = useTempDir();

  it('leaves a set alone while its process lives', async () => {
    const set = await newSet(temp(), ['A']);
    await writeData(set, 'A');
    assert.deepEqual(await findAbandonedSets(temp()), []);
    await assert.rejects(removeAbandoned(set.path), { code: 'invalidOption' });
    assert.ok(existsSync(join(set.path, 'data', 'A', 'backup.json')));
    await set.discard();
  });

  it('offers the folder of a process that is gone, and removes it whole', async () => {
    const set = await newSet(temp(), ['A']);
    await writeData(set, 'A');
    const ended = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(ended, 'exit');
    const owner = JSON.parse(readFileSync(join(set.path, 'owner.json'), 'utf8')) as { pid: number };
    assert.equal(owner.pid, process.pid);
    writeFileSync(join(set.path, 'owner.json'), JSON.stringify({ ...owner, pid: ended.pid }));
    assert.deepEqual(await findAbandonedSets(temp()), [set.path]);
    await removeAbandoned(set.path);
    assert.ok(!existsSync(set.path));
    await set.discard();
  });

  it('trusts a process of another machine, or one it does not know, while it gives signs of life', async () => {
    const set = await newSet(temp(), ['A']);
    const ownerFile = join(set.path, 'owner.json');
    writeFileSync(ownerFile, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    assert.equal(await isAbandoned(set.path), false);
    utimesSync(ownerFile, elevenMinutesAgo(), elevenMinutesAgo());
    assert.equal(await isAbandoned(set.path), true);
    writeFileSync(ownerFile, '{"ho');
    assert.equal(await isAbandoned(set.path), false);
    rmSync(ownerFile);
    assert.equal(await isAbandoned(set.path), false);
    utimesSync(set.path, elevenMinutesAgo(), elevenMinutesAgo());
    assert.equal(await isAbandoned(set.path), true);
    await set.discard();
  });

  it('gives signs of life until it is stopped', async () => {
    const heartbeat = await claimFolder(temp(), 5);
    const ownerFile = temp('owner.json');
    utimesSync(ownerFile, elevenMinutesAgo(), elevenMinutesAgo());
    while (await isAbandoned(temp())) await new Promise(setImmediate);
    heartbeat.stop();
    assert.ok(Date.now() - statSync(ownerFile).mtimeMs < 60_000);
  });

  it('removes nothing else', async () => {
    mkdirSync(temp('mine'));
    utimesSync(temp('mine'), elevenMinutesAgo(), elevenMinutesAgo());
    await assert.rejects(removeAbandoned(temp('mine')), { code: 'invalidOption' });
    await assert.rejects(removeAbandoned(temp('gone')), { code: 'fileAccess' });
    const file = temp('2026-11-23T12-00-00Z.partial-01234567');
    writeFileSync(file, '');
    await assert.rejects(removeAbandoned(file), { code: 'invalidOption' });
    assert.ok(existsSync(file) && existsSync(temp('mine')));
  });
});
