import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findBackups, type FindOptions, type FoundBackup } from '../../../src/engine/backupSet/findBackups';
import { useTempDir } from '../../support/tempDir';
import { archiveBytes, content, newSet, writeData } from './sampleSet';

describe('findBackups', () => {
  const temp = useTempDir();

  async function find(options: FindOptions = {}): Promise<FoundBackup[]> {
    const found: FoundBackup[] = [];
    for await (const backup of findBackups(temp(), options)) found.push(backup);
    return found;
  }

  /** Kind and path of each, relative to the folder searched. */
  const places = (found: FoundBackup[]) => found.map(({ kind, path }) => `${kind} ${relative(temp(), path)}`);

  function makeStreamFolder(...parts: string[]): void {
    mkdirSync(temp(...parts), { recursive: true });
    writeFileSync(temp(...parts, 'backup.json'), JSON.stringify({ config: { name: 'ORDERS' }, state: {} }));
    writeFileSync(temp(...parts, 'stream.tar.s2'), archiveBytes);
  }

  it('finds archives side by side with configurations, as the old command line left them', async () => {
    makeStreamFolder('old');
    writeFileSync(temp('old', 'stream_ORDERS.json'), '{}');
    mkdirSync(temp('tgz'));
    writeFileSync(temp('tgz', 'stream_A.tgz'), archiveBytes);
    writeFileSync(temp('tgz', 'stream_B.tgz'), archiveBytes);
    mkdirSync(temp('other'));
    writeFileSync(temp('other', 'module.tgz'), archiveBytes);
    assert.deepEqual(await find(), [
      { kind: 'flatFolder', path: temp('old'), archives: 1, configurations: 1 },
      { kind: 'flatFolder', path: temp('tgz'), archives: 2, configurations: 0 },
    ]);
  });

  it('finds sets with their figures, and tells one that is being written', async () => {
    const set = await newSet(temp(), ['A', 'B', 'C']);
    await writeData(set, 'A');
    await writeData(set, 'B');
    const path = await set.finish(content(['A', 'B', 'C'], { C: 'failed' }));
    const running = await newSet(temp(), ['A']);
    const found = await find();
    assert.deepEqual(found, [
      { kind: 'partial', path: running.path, abandoned: false },
      {
        kind: 'set',
        path,
        summary: {
          context: 'local',
          started: '2026-11-23T12:00:00.789Z',
          finished: '2026-11-23T12:00:04.000Z',
          serverVersion: '2.14.9',
          outcomes: { backedUp: 2, configurationOnly: 0, failed: 1, cancelled: 0 },
          verified: 2,
          messages: 6,
          bytes: 240,
          archiveBytes: 2 * archiveBytes.length,
        },
      },
    ]);
    await running.discard();
  });

  it('finds configuration files beside sets, and what was saved before changes', async () => {
    const write = (...parts: string[]) => {
      mkdirSync(temp(...parts.slice(0, -1)), { recursive: true });
      writeFileSync(temp(...parts), '{}');
    };
    for (const name of ['stream_A.json', 'stream_A_consumer_C.json', 'stream_A_consumer_D.json', 'notes.json']) {
      write('prod', 'config', name);
    }
    for (const time of ['2026-11-23T12-00-00Z', '2026-11-23T12-00-00Z-2', '2026-11-23T12-00-00Z-10']) {
      write('prod', 'undo', time, 'stream_A.json');
    }
    write('old', 'stream_B.json');
    mkdirSync(temp('other', 'undo'), { recursive: true });
    const set = await newSet(temp(), ['A']);
    await writeData(set, 'A');
    const path = await set.finish(content(['A']));
    const found = (await find()).filter((each) => each.path !== path);
    assert.deepEqual(found, [
      { kind: 'configurationFolder', path: temp('old'), streams: 1, consumers: 0 },
      { kind: 'configurationFolder', path: temp('prod', 'config'), streams: 1, consumers: 2 },
      {
        kind: 'undoFolder',
        path: temp('prod', 'undo'),
        saved: ['2026-11-23T12-00-00Z-10', '2026-11-23T12-00-00Z-2', '2026-11-23T12-00-00Z'],
      },
    ]);
  });

  it('finds what the command line wrote: an account is streams in folders of their names, and nothing else', async () => {
    makeStreamFolder('one', 'deep', 'ORDERS');
    mkdirSync(temp('one', 'deep', 'MEMORY'));
    assert.deepEqual(await find(), [{ kind: 'accountFolder', path: temp('one', 'deep'), streamFolders: 1 }]);
    makeStreamFolder('one', 'deep', 'ORDERS-before-migration');
    assert.deepEqual(places(await find()), [
      `streamFolder ${join('one', 'deep', 'ORDERS')}`,
      `streamFolder ${join('one', 'deep', 'ORDERS-before-migration')}`,
    ]);
    makeStreamFolder('one', 'deep');
    assert.deepEqual(places(await find()), [`streamFolder ${join('one', 'deep')}`]);
  });

  it('goes on beside and below streams that lie in the backup folder itself', async () => {
    makeStreamFolder('ORDERS');
    makeStreamFolder('prod', 'x', 'ORDERS');
    assert.deepEqual(places(await find()), ['streamFolder ORDERS', `accountFolder ${join('prod', 'x')}`]);
  });

  it('goes as deep as it is told, follows no link and passes over what holds no backups', async () => {
    makeStreamFolder('1', '2', '3', 'ORDERS');
    makeStreamFolder('.git', 'ORDERS');
    makeStreamFolder('node_modules', 'x', 'ORDERS');
    symlinkSync(temp('1', '2', '3'), temp('1', 'link'), 'junction');
    symlinkSync(temp(), temp('1', 'round'), 'junction');
    assert.deepEqual(places(await find({ depth: 3 })), []);
    assert.deepEqual(places(await find({ depth: 4 })), [`accountFolder ${join('1', '2', '3')}`]);
  });

  it('shows a damaged manifest and goes on', async () => {
    const set = await newSet(temp('z'), ['A']);
    await writeData(set, 'A');
    await set.finish(content(['A']));
    mkdirSync(temp('a'));
    writeFileSync(temp('a', 'manifest.json'), '{"kind":"jetstream-backup-set","version":1}');
    mkdirSync(temp('b'));
    writeFileSync(temp('b', 'manifest.json'), '{"name":"a web app"}');
    const found = await find();
    assert.deepEqual(
      found.map((each) => [each.kind, 'problem' in each ? each.problem.code : undefined]),
      [
        ['damaged', 'archiveDamaged'],
        ['set', undefined],
      ],
    );
  });

  it('finds nothing in a folder that does not exist', async () => {
    for await (const found of findBackups(temp('gone'))) assert.fail(found.path);
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(find({ signal: abort.signal }), { code: 'cancelled' });
  });
});
