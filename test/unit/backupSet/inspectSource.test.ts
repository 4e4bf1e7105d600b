import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectSource } from '../../../src/engine/backupSet/inspectSource';
import type { SourceStream } from '../../../src/engine/backupSet/source';
import { useTempDir } from '../../support/tempDir';
import { archiveBytes, content, newSet, writeData } from './sampleSet';

describe('inspectSource', () => {
  const temp = useTempDir();

  /** A finished set of these streams; the last of them is archive V2. */
  async function makeSet(...streams: string[]): Promise<string> {
    const set = await newSet(temp('backups'), streams);
    for (const stream of streams) {
      await set.writeConfiguration(stream, { name: stream }, []);
      await writeData(set, stream, stream === streams.at(-1) ? 'v2' : 'v1');
    }
    return await set.finish(content(streams));
  }

  /** A stream's folder as the command line writes it. */
  function makeStreamFolder(path: string, name: string, archive = 'stream.tar.s2'): void {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'backup.json'), JSON.stringify({ config: { name }, state: { messages: 2 }, edit: {} }));
    writeFileSync(join(path, archive), archiveBytes);
  }

  const problems = (streams: SourceStream[]) => streams.map(({ name, problem }) => [name, problem?.code]);

  it('reads a set with what its manifest knows', async () => {
    const path = await makeSet('ORDERS', 'a:b');
    const source = await inspectSource(path);
    assert.equal(source.kind, 'set');
    assert.equal(source.path, path);
    assert.equal(source.manifest?.context, 'local');
    assert.deepEqual(problems(source.streams), [
      ['ORDERS', undefined],
      ['a:b', undefined],
    ]);
    const second = source.streams[1];
    assert.equal(second?.archivePath, join(path, 'data', 'a%3Ab', 'stream.arc.s2'));
    assert.equal(second.archiveBytes, archiveBytes.length);
    assert.equal(second.config?.name, 'a:b');
    assert.deepEqual(second.state, { messages: 3 });
    assert.equal(second.sha256?.length, 64);
    assert.equal(second.manifestEntry?.lastSeq, '18446744073709551615');
  });

  it("finds the set from its data folder, and a stream's part of it from the stream's folder", async () => {
    const path = await makeSet('ORDERS', 'NEW');
    assert.deepEqual(await inspectSource(join(path, 'data')), await inspectSource(path));
    const source = await inspectSource(join(path, 'data', 'ORDERS'));
    assert.equal(source.kind, 'streamFolder');
    assert.deepEqual(source.streams, [(await inspectSource(path)).streams[0]]);
  });

  it("reads a stream's folder wherever it is, under the name that its content gives", async () => {
    makeStreamFolder(temp('anything'), 'ORDERS', 'stream.arc.s2');
    const { kind, manifest, streams } = await inspectSource(temp('anything'));
    assert.equal(kind, 'streamFolder');
    assert.equal(manifest, undefined);
    assert.deepEqual(problems(streams), [['ORDERS', undefined]]);
    assert.equal(streams[0]?.archivePath, temp('anything', 'stream.arc.s2'));
  });

  it('reads an account folder, and names what in it cannot be restored', async () => {
    makeStreamFolder(temp('account', 'A'), 'ORDERS');
    makeStreamFolder(temp('account', 'B'), 'B');
    writeFileSync(temp('account', 'B', 'stream.arc.s2'), archiveBytes);
    mkdirSync(temp('account', 'MEMORY'));
    makeStreamFolder(temp('account', 'OTHER'), 'ORDERS');
    makeStreamFolder(temp('account', 'ENDED'), 'ENDED');
    writeFileSync(temp('account', 'ENDED', 'backup.json'), '');
    makeStreamFolder(temp('account', 'BARE'), 'BARE');
    rmSync(temp('account', 'BARE', 'backup.json'));
    makeStreamFolder(temp('account', 'CUT'), 'CUT');
    rmSync(temp('account', 'CUT', 'stream.tar.s2'));
    mkdirSync(temp('account', 'notes'));
    writeFileSync(temp('account', 'notes', 'readme.md'), '');
    writeFileSync(temp('account', 'readme.md'), '');
    const { kind, streams } = await inspectSource(temp('account'));
    assert.equal(kind, 'accountFolder');
    assert.deepEqual(problems(streams), [
      ['ORDERS', undefined],
      ['B', 'notABackup'],
      ['BARE', 'notABackup'],
      ['CUT', 'notABackup'],
      ['ENDED', 'archiveDamaged'],
      ['MEMORY', 'notABackup'],
      ['ORDERS', 'notABackup'],
    ]);
    const message = (index: number) => streams[index]?.problem?.message ?? '';
    assert.match(message(1), /holds both stream\.tar\.s2 and stream\.arc\.s2/);
    assert.match(message(4), /backup\.json is damaged: it is empty/);
    assert.match(message(5), /MEMORY is empty; the nats command line leaves such a folder/);
    assert.ok(message(6).includes(temp('account', 'A')) && message(6).includes(temp('account', 'OTHER')));
  });

  it('keeps integers of a configuration beyond 2^53', async () => {
    makeStreamFolder(temp('A'), 'A');
    writeFileSync(temp('A', 'backup.json'), '{"config":{"name":"A","max_bytes":9223372036854775807},"state":{}}');
    assert.equal((await inspectSource(temp('A'))).streams[0]?.config?.max_bytes, 9223372036854775807n);
  });

  it('shows the streams of a set whose manifest is damaged', async () => {
    const path = await makeSet('A', 'B');
    writeFileSync(join(path, 'manifest.json'), '{"kind":"jetstream-backup-set"');
    const source = await inspectSource(path);
    assert.equal(source.kind, 'set');
    assert.equal(source.problem?.code, 'archiveDamaged');
    assert.ok(source.problem.message.includes(join(path, 'manifest.json')));
    assert.deepEqual(problems(source.streams), [
      ['A', undefined],
      ['B', undefined],
    ]);
    assert.equal((await inspectSource(join(path, 'data', 'A'))).problem?.code, 'archiveDamaged');
  });

  it("does not take another program's manifest.json for a set", async () => {
    makeStreamFolder(temp('A'), 'A');
    writeFileSync(temp('A', 'manifest.json'), '{"name":"my app"}');
    assert.equal((await inspectSource(temp('A'))).kind, 'streamFolder');
  });

  it('notices what does not agree with the manifest', async () => {
    const path = await makeSet('CUT', 'LONG', 'SWAPPED', 'LOST', 'RENAMED', 'EDITED', 'LAST');
    const data = (...parts: string[]) => join(path, 'data', ...parts);
    writeFileSync(data('CUT', 'stream.tar.s2'), archiveBytes.subarray(1));
    appendFileSync(data('LONG', 'stream.tar.s2'), 'x');
    cpSync(data('LONG', 'backup.json'), data('SWAPPED', 'backup.json'));
    rmSync(data('LOST'), { recursive: true });
    renameSync(data('RENAMED', 'stream.tar.s2'), data('RENAMED', 'stream.arc.s2'));
    const edited = { config: { name: 'EDITED', max_age: 1 }, state: {} };
    writeFileSync(data('EDITED', 'backup.json'), JSON.stringify(edited));
    makeStreamFolder(data('EXTRA'), 'EXTRA');
    assert.deepEqual(problems((await inspectSource(path)).streams), [
      ['CUT', 'archiveTruncated'],
      ['LONG', 'archiveMismatch'],
      ['SWAPPED', 'archiveMismatch'],
      ['LOST', 'fileAccess'],
      ['RENAMED', 'archiveMismatch'],
      ['EDITED', 'archiveMismatch'],
      ['LAST', undefined],
      ['EXTRA', 'archiveMismatch'],
    ]);
  });

  if (process.platform !== 'win32') {
    it('follows no link out of a set', async () => {
      const path = await makeSet('FILE', 'FOLDER');
      makeStreamFolder(temp('elsewhere'), 'FOLDER', 'stream.arc.s2');
      writeFileSync(temp('secret'), archiveBytes);
      rmSync(join(path, 'data', 'FILE', 'stream.tar.s2'));
      symlinkSync(temp('secret'), join(path, 'data', 'FILE', 'stream.tar.s2'));
      rmSync(join(path, 'data', 'FOLDER'), { recursive: true });
      symlinkSync(temp('elsewhere'), join(path, 'data', 'FOLDER'));
      const { streams } = await inspectSource(path);
      for (const { problem } of streams) assert.match(problem?.message ?? '', /is a link out of its backup set/);
    });
  }

  it('reads archives that stand by themselves, with the configuration beside them', async () => {
    makeStreamFolder(temp('old'), 'LAST');
    const config = (name: string) => JSON.stringify({ name, subjects: [name] });
    for (const name of ['S2', 'LAST', 'ONLY']) writeFileSync(temp('old', `stream_${name}.json`), config(name));
    writeFileSync(temp('old', 'stream_S2.tgz'), archiveBytes);
    writeFileSync(temp('old', 'stream_GZIP.tgz'), Buffer.from('1f8b0800', 'hex'));
    writeFileSync(temp('old', 'stream_TEXT.tgz'), 'text');
    writeFileSync(temp('old', 'stream_BAD.tgz'), archiveBytes);
    writeFileSync(temp('old', 'stream_BAD.json'), '{');
    writeFileSync(temp('old', 'module-1.0.tgz'), Buffer.from('1f8b0800', 'hex'));
    const { kind, streams, configurationOnly } = await inspectSource(temp('old'));
    assert.equal(kind, 'flatFolder');
    assert.deepEqual(problems(streams), [
      ['BAD', 'notABackup'],
      ['GZIP', undefined],
      ['S2', undefined],
      ['TEXT', 'archiveDamaged'],
      ['LAST', undefined],
    ]);
    assert.deepEqual(configurationOnly, ['ONLY']);
    assert.deepEqual(
      streams.map((stream) => stream.config?.name),
      [undefined, undefined, 'S2', undefined, 'LAST'],
    );
    assert.deepEqual(streams[0]?.problemPath, temp('old', 'stream_BAD.json'));
    const one = await inspectSource(temp('old', 'stream_S2.tgz'));
    assert.deepEqual([one.kind, one.path, one.streams], ['flatFolder', temp('old', 'stream_S2.tgz'), [streams[2]]]);
    const any = await inspectSource(temp('old', 'module-1.0.tgz'));
    assert.deepEqual(problems(any.streams), [['module-1.0.tgz', undefined]]);
  });

  it('says what it found instead of a backup', async () => {
    const rejects = async (path: string, text: RegExp) =>
      await assert.rejects(inspectSource(path), (error: Error & { code: string }) => {
        assert.equal(error.code, 'notABackup');
        assert.match(error.message, text);
        assert.ok(error.message.includes(path));
        return true;
      });
    mkdirSync(temp('empty'));
    await rejects(temp('empty'), /it is empty/);
    mkdirSync(temp('folders', 'a'), { recursive: true });
    await rejects(temp('folders'), /found are 0 files and 1 folders \(a\/\)/);
    mkdirSync(temp('config'));
    writeFileSync(temp('config', 'stream_ORDERS.json'), '{}');
    await rejects(temp('config'), /1 stream_\*\.json files are a backup of configuration/);
    makeStreamFolder(temp('one'), 'ONE');
    await rejects(temp('one', 'stream.tar.s2'), /is an archive by itself, not a folder .* Choose its folder/);
    await rejects(temp('one', 'backup.json'), /is a JSON file/);
    await assert.rejects(inspectSource(temp('gone')), { code: 'fileAccess' });
  });
});
