import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configRoot, homeFolder } from '../../../src/engine/contexts/configRoot';
import { ContextStore } from '../../../src/engine/contexts/contextStore';
import { useTempDir } from '../../support/tempDir';

const permissions = (path: string) => statSync(path).mode & 0o777;

describe('the folder of contexts', () => {
  it('is below $XDG_CONFIG_HOME, or .config of the home that the system knows, whatever $HOME says', () => {
    assert.equal(configRoot({ XDG_CONFIG_HOME: '/somewhere' }), '/somewhere');
    assert.equal(configRoot({ XDG_CONFIG_HOME: '', HOME: '/wrong' }), join(homeFolder(), '.config'));
    assert.equal(configRoot({ HOME: '/wrong' }), join(homeFolder(), '.config'));
    assert.equal(new ContextStore('/somewhere').folder, join('/somewhere', 'nats', 'context'));
  });
});

describe('the store of contexts', () => {
  const temp = useTempDir();
  const store = () => new ContextStore(temp());
  const plant = (file: string, text: string) => {
    mkdirSync(temp('nats', 'context'), { recursive: true });
    writeFileSync(temp('nats', 'context', file), text);
  };

  it('is empty where there is no folder yet, and looking makes none', async () => {
    assert.deepEqual(await store().list(), []);
    assert.equal(await store().selected(), undefined);
    assert.deepEqual(readdirSync(temp()), []);
  });

  it('reads what it saved, and fields that it does not know survive an edit', async () => {
    plant('prod.json', '{"url":"nats://a:4222","future":{"deep":[1,2]}}');
    const file = await store().read('prod');
    await store().save('prod', { ...file, user: 'anna', password: 'x' });
    const edited = await store().read('prod');
    assert.equal(edited.user, 'anna');
    assert.equal(edited.url, 'nats://a:4222');
    assert.deepEqual(edited['future'], { deep: [1, 2] });
  });

  if (process.platform !== 'win32') {
    it('writes for the eyes of its owner only', async () => {
      await store().save('prod', {});
      await store().select('prod');
      assert.equal(permissions(temp('nats')), 0o700);
      assert.equal(permissions(temp('nats', 'context')), 0o700);
      assert.equal(permissions(temp('nats', 'context', 'prod.json')), 0o600);
      assert.equal(permissions(temp('nats', 'context.txt')), 0o600);
    });

    it('makes a file private that was not', async () => {
      plant('prod.json', '{}');
      await store().save('prod', {});
      assert.equal(permissions(temp('nats', 'context', 'prod.json')), 0o600);
    });

    it('leaves a symbolic link in place and replaces what it leads to', async () => {
      plant('unused.json', '');
      writeFileSync(temp('real.json'), '{}');
      symlinkSync(temp('real.json'), temp('nats', 'context', 'prod.json'));
      await store().save('prod', { url: 'nats://linked' });
      assert.ok(lstatSync(temp('nats', 'context', 'prod.json')).isSymbolicLink());
      assert.match(readFileSync(temp('real.json'), 'utf8'), /nats:\/\/linked/);
    });

    it('says what to do when the folder cannot be written', async () => {
      writeFileSync(temp('nats'), 'a file where the folder should be');
      await assert.rejects(store().save('prod', {}), { code: 'fileAccess', message: /make the folder .*permissions/ });
    });
  }

  it('leaves nothing beside the file it wrote', async () => {
    await store().save('prod', {});
    await store().save('prod', { description: 'again' });
    assert.deepEqual(readdirSync(temp('nats', 'context')), ['prod.json']);
  });

  it('keeps what was there if a save is refused', async () => {
    await store().save('prod', { url: 'nats://a' });
    await assert.rejects(store().save('prod', { url: 'http://a' }), { code: 'invalidContext' });
    await assert.rejects(store().save('prod', {}, { mustBeNew: true }), { code: 'invalidOption', option: 'name' });
    assert.equal((await store().read('prod')).url, 'nats://a');
  });

  it('lists by name; a damaged file is an entry with its error; empty and foreign files are none', async () => {
    plant('b.json', '{"description":"good"}');
    plant('a.json', '{"description":');
    plant('empty.json', '');
    plant('b.json.tmp-0123', '{}');
    plant('notes.txt', 'x');
    mkdirSync(temp('nats', 'context', 'folder.json'));
    const entries = await store().list();
    assert.deepEqual(
      entries.map(({ name, file, error }) => [name, file?.description, error?.code]),
      [
        ['a', undefined, 'invalidContext'],
        ['b', 'good', undefined],
        ['folder', undefined, 'invalidContext'],
      ],
    );
  });

  it('does not read a file that is far too large', async () => {
    plant('huge.json', `{"description":"${'x'.repeat(1024 * 1024)}"}`);
    await assert.rejects(store().read('huge'), { code: 'invalidContext', message: /larger than 1048576 bytes/ });
  });

  it('tells apart a context that is missing, empty, or has an impossible name', async () => {
    plant('empty.json', '');
    await assert.rejects(store().read('nowhere'), { code: 'contextNotFound' });
    await assert.rejects(store().read('empty'), { code: 'contextNotFound' });
    await assert.rejects(store().read('../prod'), { code: 'invalidOption' });
    await assert.rejects(store().remove('nowhere'), { code: 'contextNotFound' });
    await assert.rejects(store().select('nowhere'), { code: 'contextNotFound' });
  });

  it('remembers the selected context and the one before', async () => {
    await store().save('a', {});
    await store().save('b', {});
    await store().select('a');
    await store().select('b');
    assert.equal(await store().selected(), 'b');
    assert.equal(await store().previous(), 'a');
    assert.equal(readFileSync(temp('nats', 'context.txt'), 'utf8'), 'b');
    await store().select(undefined);
    assert.equal(await store().selected(), undefined);
    assert.equal(await store().previous(), 'b');
  });

  it('reads a selection with white space around it', async () => {
    plant('a.json', '{}');
    writeFileSync(temp('nats', 'context.txt'), ' a\n');
    assert.equal(await store().selected(), 'a');
  });

  it('removes a context, and its selection with it', async () => {
    await store().save('a', {});
    await store().save('b', {});
    await store().select('a');
    await store().remove('b');
    assert.equal(await store().selected(), 'a');
    await store().remove('a');
    assert.equal(await store().selected(), undefined);
    assert.deepEqual(await store().list(), []);
  });

  it('renames a context, and its selection with it, but never onto another', async () => {
    await store().save('a', { description: 'first' });
    await store().save('b', {});
    await store().select('a');
    await assert.rejects(store().rename('a', 'b'), { code: 'invalidOption' });
    await store().rename('a', 'c');
    assert.equal((await store().read('c')).description, 'first');
    assert.equal(await store().selected(), 'c');
    await assert.rejects(store().read('a'), { code: 'contextNotFound' });
  });
});
