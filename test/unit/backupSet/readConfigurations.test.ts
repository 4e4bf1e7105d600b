import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ConfigurationSource } from '../../../src/engine/backupSet/configurationSource';
import { readConfigurations } from '../../../src/engine/backupSet/readConfigurations';
import { useTempDir } from '../../support/tempDir';
import { archiveBytes, content, newSet, writeData } from './sampleSet';

describe('readConfigurations', () => {
  const temp = useTempDir();

  function write(path: string, text: string | Buffer | object): void {
    mkdirSync(dirname(temp(path)), { recursive: true });
    writeFileSync(temp(path), typeof text === 'string' || Buffer.isBuffer(text) ? text : JSON.stringify(text));
  }

  const stream = (name: string, more: object = {}) => ({ name, subjects: [`${name}.>`], ...more });
  const consumer = (name: string) => ({ durable_name: name, ack_policy: 'explicit' });

  function envelope(type: string, inner: object): object {
    const bytes = Buffer.from(JSON.stringify(inner, null, 2));
    const checksum = createHash('sha256').update(bytes).digest('hex');
    return { type, time: '2022-01-01T00:00:00Z', configuration: bytes.toString('base64'), checksum };
  }

  /** Each configuration as `form stream[/consumer]`. */
  const held = ({ configurations }: ConfigurationSource) =>
    configurations.map((each) => {
      const name = each.kind === 'stream' ? each.stream : `${each.stream}/${each.consumer}`;
      return `${each.form} ${name}`;
    });
  /** Each problem as its file, line and code; each names its file in its text. */
  const problems = (source: ConfigurationSource) =>
    source.problems.map(({ file, line, error }) => {
      assert.ok(error.message.includes(file), error.message);
      return [relative(temp(), file), line, error.code];
    });
  const archives = (source: ConfigurationSource) =>
    source.archives.map(({ path, stream: name, configurationKnown }) => [
      relative(temp(), path),
      name,
      configurationKnown,
    ]);
  const warnings = ({ configurations }: ConfigurationSource) => configurations.flatMap((each) => each.warnings ?? []);

  /** A set with configurations of these streams, each with a consumer, and data. */
  async function makeSet(...streams: string[]): Promise<string> {
    const set = await newSet(temp('backups'), streams);
    for (const name of streams) {
      await set.writeConfiguration(name, { name, subjects: [`${name}.>`] }, [
        { durable_name: 'NEW', ack_policy: 'none' },
      ]);
      await writeData(set, name);
    }
    return await set.finish(content(streams));
  }

  it('reads a flat folder, whatever names its streams and consumers have', async () => {
    write('f/stream_A.json', stream('A'));
    write('f/stream_A_consumer_B.json', stream('A_consumer_B'));
    write('f/stream_A_consumer_C.json', consumer('C'));
    write('f/stream_A_consumer_B_consumer_D.json', consumer('D'));
    write('f/stream_a%3Ab.json', stream('a:b'));
    write('f/stream_a%3Ab_consumer_x%3Fy.json', consumer('x?y'));
    write('f/notes.md', 'ours');
    write('f/tsconfig.json', '{ // comments\n }');
    write('f/plain.json', stream('PLAIN'));
    const source = await readConfigurations(temp('f'));
    assert.equal(source.kind, 'configurationFolder');
    assert.deepEqual(held(source), [
      'plain A',
      'plain A/C',
      'plain A_consumer_B',
      'plain A_consumer_B/D',
      'plain PLAIN',
      'plain a:b',
      'plain a:b/x?y',
    ]);
    assert.deepEqual([problems(source), warnings(source), archives(source)], [[], [], []]);
  });

  it('reads one file, a consumer with its stream from the file beside it', async () => {
    write('f/stream_A.json', stream('A'));
    write('f/stream_A_consumer_C.json', consumer('C'));
    const one = await readConfigurations(temp('f/stream_A.json'));
    assert.deepEqual([one.kind, ...held(one)], ['file', 'plain A']);
    assert.deepEqual(held(await readConfigurations(temp('f/stream_A_consumer_C.json'))), ['plain A/C']);
    write('g/backup.json', { config: stream('G'), state: {} });
    assert.deepEqual(held(await readConfigurations(temp('g/backup.json'))), ['backupJson G']);
    write('stream_T.tgz', archiveBytes);
    assert.deepEqual(archives(await readConfigurations(temp('stream_T.tgz'))), [['stream_T.tgz', 'T', false]]);
  });

  it('reads the folder of the old nats backup, below too', async () => {
    write('old/stream_A.json', envelope('stream', stream('A')));
    write('old/stream_B.json', envelope('stream', stream('B')));
    const inner = { name: 'C', stream: 'A', config: consumer('C') };
    write('old/stream_A_consumer_C.json', envelope('consumer', inner));
    write('old/stream_template_T.json', envelope('stream_template', { name: 'T' }));
    write('old/backup.json', { config: stream('B', { max_age: 0 }), state: {} });
    write('old/stream.tar.s2', archiveBytes);
    write('old/stream_A.tgz', Buffer.from('1f8b0800', 'hex'));
    write('old/below/stream_D.json', envelope('stream', stream('D')));
    const source = await readConfigurations(temp('old'));
    assert.equal(source.kind, 'configurationFolder');
    assert.deepEqual(held(source), ['envelope A', 'envelope A/C', 'envelope B', 'envelope D']);
    assert.deepEqual(problems(source), [['old/stream_template_T.json', 1, 'notSupported']]);
    assert.deepEqual([archives(source), warnings(source)], [[], []]);
  });

  it("reads a stream's folder, an account's folder, and a folder of these", async () => {
    write('x/acc/A/backup.json', { config: stream('A'), state: {} });
    write('x/acc/A/stream.tar.s2', archiveBytes);
    write('x/acc/B/backup.json', '');
    write('x/acc/B/stream.tar.s2', archiveBytes);
    mkdirSync(temp('x/acc/EMPTY'));
    write('x/lone/stream_L.tgz', archiveBytes);
    write('x/lone/stream_not.tgz', 'text');
    const one = await readConfigurations(temp('x/acc/A'));
    assert.deepEqual([one.kind, ...held(one)], ['streamFolder', 'backupJson A']);
    assert.deepEqual(archives(one), [['x/acc/A/stream.tar.s2', 'A', true]]);
    const account = await readConfigurations(temp('x/acc'));
    assert.deepEqual([account.kind, ...held(account)], ['accountFolder', 'backupJson A']);
    assert.deepEqual(problems(account), [['x/acc/B/backup.json', undefined, 'archiveDamaged']]);
    write('x/config/stream_C.json', stream('C'));
    const all = await readConfigurations(temp('x'));
    assert.deepEqual([all.kind, ...held(all)], ['configurationFolder', 'backupJson A', 'plain C']);
    assert.deepEqual(archives(all), [
      ['x/acc/A/stream.tar.s2', 'A', true],
      ['x/acc/B/stream.tar.s2', 'B', false],
      ['x/lone/stream_L.tgz', 'L', false],
    ]);
  });

  it('reads a set from its folder and from any part of it', async () => {
    const path = await makeSet('A', 'B');
    const all = ['plain A', 'plain A/NEW', 'plain B', 'plain B/NEW'];
    for (const at of [path, join(path, 'config'), join(path, 'data')]) {
      const source = await readConfigurations(at);
      assert.deepEqual([source.kind, source.path, source.context], ['set', path, 'local']);
      assert.deepEqual([held(source), problems(source), warnings(source)], [all, [], []]);
    }
    const one = await readConfigurations(join(path, 'data', 'A'));
    assert.deepEqual([one.kind, ...held(one)], ['streamFolder', 'plain A', 'plain A/NEW']);
    const file = await readConfigurations(join(path, 'config', 'stream_B_consumer_NEW.json'));
    assert.deepEqual(held(file), ['plain B/NEW']);
  });

  it('takes from the data of a set what its configuration lacks, with the consumers that only the manifest has', async () => {
    const set = await newSet(temp('backups'), ['A']);
    await writeData(set, 'A');
    const [entry] = content(['A']).streams;
    assert.ok(entry);
    const pair = { consumer: 1n, stream: 1n };
    const position = { delivered: pair, ackFloor: pair, ackPending: 0, redelivered: 0 };
    const missing = ['LEFT', ''].map((name) => ({ name, config: { ...consumer(name), durable_name: name }, position }));
    const path = await set.finish({ ...content(['A']), streams: [{ ...entry, missingConsumers: missing }] });
    const source = await readConfigurations(path);
    assert.deepEqual(held(source), ['backupJson A', 'manifest A/LEFT']);
    assert.equal(source.archives.length, 1);
    assert.deepEqual(held(await readConfigurations(join(path, 'data', 'A'))), held(source));
  });

  it('says of a set what was changed, lost or added by hand, and reads it with a damaged manifest', async () => {
    const path = await makeSet('A', 'B');
    writeFileSync(join(path, 'config', 'stream_A.json'), JSON.stringify(stream('A', { max_msgs: 5 })));
    writeFileSync(join(path, 'config', 'stream_C.json'), JSON.stringify(stream('C')));
    rmSync(join(path, 'config', 'stream_B_consumer_NEW.json'));
    const source = await readConfigurations(path);
    assert.deepEqual(held(source), ['plain A', 'plain A/NEW', 'plain B', 'plain C']);
    assert.deepEqual(problems(source), [
      [relative(temp(), join(path, 'config', 'stream_B_consumer_NEW.json')), undefined, 'fileAccess'],
    ]);
    const [changed, added] = warnings(source);
    assert.match(changed ?? '', /stream_A\.json is not as it was backed up/);
    assert.match(added ?? '', /stream_C\.json is not in the manifest/);
    writeFileSync(join(path, 'manifest.json'), '{"kind":"jetstream-backup-set"');
    const damaged = await readConfigurations(path);
    assert.deepEqual(held(damaged), held(source));
    assert.deepEqual(problems(damaged), [[relative(temp(), join(path, 'manifest.json')), undefined, 'archiveDamaged']]);
  });

  if (process.platform !== 'win32') {
    it('follows no link out of a set', async () => {
      const path = await makeSet('A', 'B');
      write('elsewhere/stream_A.json', stream('A'));
      rmSync(join(path, 'config', 'stream_A.json'));
      symlinkSync(temp('elsewhere', 'stream_A.json'), join(path, 'config', 'stream_A.json'));
      const link = [relative(temp(), join(path, 'config', 'stream_A.json')), undefined, 'archiveMismatch'];
      const source = await readConfigurations(path);
      assert.ok(held(source).includes('plain B'));
      assert.deepEqual(problems(source)[0], link);
      assert.deepEqual(problems(await readConfigurations(join(path, 'config', 'stream_A.json'))), [link]);
      renameSync(join(path, 'config'), temp('away'));
      symlinkSync(temp('away'), join(path, 'config'));
      const codes = (await readConfigurations(path)).problems.map(({ error }) => error.code);
      assert.deepEqual([...new Set(codes)], ['archiveMismatch']);
    });
  }

  it('goes on past bad files, each with its place', async () => {
    write('f/stream_A.json', stream('A'));
    write('f/stream_BOM.json', `\uFEFF${JSON.stringify(stream('BOM'))}`);
    write('f/stream_UTF16.json', Buffer.from(`\uFEFF${JSON.stringify(stream('U'))}`, 'utf16le'));
    write('f/stream_BYTES.json', Buffer.from('7b226e616d65223a22ff227d', 'hex'));
    write('f/stream_NUL.json', '{"name":\n"A\0"}');
    write('f/stream_TEXT.json', '{\n"name":');
    write('f/stream_YAML.json', 'name: YAML\n');
    write('f/stream_APP.json', { name: 'app', version: '1.0.0' });
    write('f/stream_DOTS.json', stream('../DOTS'));
    write('f/stream_LARGE.json', stream('LARGE', { description: 'x'.repeat(1024 * 1024) }));
    write('f/stream_LOST_consumer_X.json', consumer('X'));
    write('f/stream_TEXT_consumer_Y.json', consumer('Y'));
    write('f/stream_EMPTY.json', '');
    mkdirSync(temp('f/stream_FOLDER.json'));
    const source = await readConfigurations(temp('f'));
    assert.deepEqual(held(source), ['plain A', 'plain BOM']);
    assert.deepEqual(problems(source), [
      ['f/stream_APP.json', 1, 'notABackup'],
      ['f/stream_BYTES.json', undefined, 'notABackup'],
      ['f/stream_DOTS.json', 1, 'notABackup'],
      ['f/stream_EMPTY.json', undefined, 'notABackup'],
      ['f/stream_LARGE.json', undefined, 'limitExceeded'],
      ['f/stream_NUL.json', 2, 'notABackup'],
      ['f/stream_TEXT.json', 2, 'notABackup'],
      ['f/stream_UTF16.json', 1, 'notABackup'],
      ['f/stream_YAML.json', 1, 'notABackup'],
      ['f/stream_LOST_consumer_X.json', 1, 'notABackup'],
      ['f/stream_TEXT_consumer_Y.json', 1, 'notABackup'],
    ]);
    const message = (name: string) => source.problems.find(({ file }) => file.endsWith(name))?.error.message ?? '';
    assert.match(
      message('stream_LOST_consumer_X.json'),
      /"X" of a stream that is nowhere: no file .*stream_LOST\.json/,
    );
    assert.match(message('stream_TEXT_consumer_Y.json'), /its file stream_TEXT\.json cannot be used/);
    assert.match(message('stream_UTF16.json'), /UTF-16/);
    assert.match(message('stream_LARGE.json'), /1\.0 MiB/);
  });

  it('uses neither of two files for one stream or consumer, and names both', async () => {
    write('f/stream_A.json', '{\n"name": "A"}');
    write('f/stream_B.json', '{\n"name": "A"}');
    write('f/stream_C.json', stream('C'));
    write('f/stream_C_consumer_D.json', consumer('D'));
    write('f/stream_C_consumer_E.json', '{"ack_policy":"none",\n"durable_name":"D"}');
    const source = await readConfigurations(temp('f'));
    assert.deepEqual(held(source), ['plain C']);
    assert.deepEqual(problems(source), [
      ['f/stream_B.json', 2, 'notABackup'],
      ['f/stream_C_consumer_E.json', 2, 'notABackup'],
    ]);
    assert.ok(source.problems[0]?.error.message.includes(temp('f/stream_A.json')));
  });

  it('takes the same from two folders once, and neither where they differ', async () => {
    write('x/1/stream_A.json', stream('A'));
    write('x/2/stream_A.json', stream('A'));
    write('x/1/stream_B.json', stream('B'));
    write('x/2/stream_B.json', stream('B', { max_msgs: 1 }));
    const source = await readConfigurations(temp('x'));
    assert.deepEqual(held(source), ['plain A']);
    assert.deepEqual(problems(source), [['x/2/stream_B.json', 1, 'notABackup']]);
  });

  it('warns of a file that is named for another stream or consumer than it holds', async () => {
    write('f/stream_A.json', '{\n"name": "B"}');
    write('f/stream_A_consumer_C.json', consumer('D'));
    const source = await readConfigurations(temp('f'));
    assert.deepEqual(held(source), ['plain B', 'plain B/D']);
    const [first, second] = warnings(source);
    assert.match(first ?? '', /stream_A\.json, line 2, is stream B, although/);
    assert.match(second ?? '', /stream_A_consumer_C\.json, line 1, is consumer D, although/);
  });

  it('says that there is nothing', async () => {
    mkdirSync(temp('empty'));
    await assert.rejects(readConfigurations(temp('empty')), { code: 'notABackup', message: /it is empty/ });
    write('other/readme.md', '');
    await assert.rejects(readConfigurations(temp('other')), {
      code: 'notABackup',
      message: /neither a stream_\*\.json/,
    });
    await assert.rejects(readConfigurations(temp('gone')), { code: 'fileAccess' });
  });
});
