import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigurationReader, type FolderContent } from '../../../src/engine/backupSet/configurationReader';
import { useTempDir } from '../../support/tempDir';

describe('ConfigurationReader', () => {
  const temp = useTempDir();
  const write = (name: string, value: object) => writeFileSync(temp('config', name), JSON.stringify(value));
  const names = (content?: FolderContent) => content?.configurations.map(({ file }) => basename(file));

  it('parses a file anew only when it changed', async () => {
    const reader = new ConfigurationReader(temp('config'));
    assert.equal(await reader.read(), undefined);
    mkdirSync(temp('config', 'below'), { recursive: true });
    write('stream_A.json', { name: 'A' });
    write('stream_A_consumer_C.json', { durable_name: 'C' });
    write('mine.json', { name: 'B', subjects: ['b'] });
    writeFileSync(temp('config', 'below', 'stream_X.json'), '{"name":"X"}');
    const before = await reader.read();
    assert.deepEqual(names(before), ['stream_A.json', 'stream_A_consumer_C.json', 'mine.json']);
    write('stream_A.json', { name: 'A', max_msgs: 5 });
    const after = await reader.read();
    const same = before?.configurations.map(({ config }, index) => config === after?.configurations[index]?.config);
    assert.deepEqual(same, [false, true, true]);
    assert.equal(after?.configurations[0]?.config['max_msgs'], 5);
    rmSync(temp('config'), { recursive: true });
    assert.equal(await reader.read(), undefined);
  });

  it('names every file that it saw, and what is wrong with some', async () => {
    mkdirSync(temp('config'));
    write('stream_A.json', { name: 'A' });
    write('copy.json', { name: 'A', subjects: ['a'] });
    writeFileSync(temp('config', 'stream_B.json'), '{');
    writeFileSync(temp('config', 'package.json'), '{"dependencies":{}}');
    const content = await new ConfigurationReader(temp('config')).read();
    assert.deepEqual(names(content), []);
    assert.equal(content?.problems.length, 2);
    assert.deepEqual([...(content?.files ?? [])].sort(), ['copy.json', 'stream_A.json', 'stream_B.json']);
  });
});
