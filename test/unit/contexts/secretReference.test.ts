import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expandPath, readLiteral, readSecretFile, schemeOf } from '../../../src/engine/contexts/secretReference';
import { useTempDir } from '../../support/tempDir';

const of = { context: 'prod', field: 'creds' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a path in a context', () => {
  const options = { env: { NAME: 'value', EMPTY: '', PATH_1: '/p' }, home: '/home/anna' };
  for (const [path, expected] of [
    ['/a/$NAME/b', '/a/value/b'],
    ['/a/${NAME}b', '/a/valueb'],
    ['$PATH_1/x', '/p/x'],
    ['/a/$UNSET/b', '/a//b'],
    ['~/x', '/home/anna/x'],
    ['~', '/home/anna'],
    ['~bob/x', '~bob/x'],
    ['/a/~/b', '/a/~/b'],
    ['', ''],
  ] as const) {
    it(`${JSON.stringify(path)} becomes ${JSON.stringify(expected)}`, () => {
      assert.equal(expandPath(path, options), expected);
    });
  }

  it('has a scheme unless it has one letter, which is a Windows drive', () => {
    assert.equal(schemeOf('C:\\creds\\a.creds'), undefined);
    assert.equal(schemeOf('/a/b:c'), undefined);
    assert.equal(schemeOf('OP://vault/item'), 'op');
    assert.equal(schemeOf('data:;base64,AA=='), 'data');
  });
});

describe('a secret that a context refers to', () => {
  const temp = useTempDir();
  const options = () => ({ env: { SECRET: 'from env', FOLDER: temp(), EMPTY: '' }, home: temp() });
  const read = (value: string) => readSecretFile(value, of, options());
  const literal = (value: string) => readLiteral(value, of, options());

  it('is read from a path, bare or file://, with variables and ~', async () => {
    writeFileSync(temp('a.creds'), 'text of the file');
    for (const value of [
      temp('a.creds'),
      `file://${temp('a.creds')}`,
      '~/a.creds',
      'file://~/a.creds',
      '$FOLDER/a.creds',
    ]) {
      assert.equal(await read(value), 'text of the file', value);
    }
  });

  it('is read from the environment and from a data: URI', async () => {
    assert.equal(await read('env://SECRET'), 'from env');
    assert.equal(await read('ENV://SECRET'), 'from env');
    assert.equal(await read(`data:;base64,${base64('in the file')}`), 'in the file');
    assert.equal(await read(`data:text/plain;base64,${base64('in the file')}`), 'in the file');
  });

  it('is the value itself where the field is a literal, even if it looks a little like a reference', async () => {
    for (const value of ['geheim', 'pass:word', 'env:SECRET', 'a$SECRET', '~/x', 'http://x', '']) {
      assert.equal(await literal(value), value);
    }
  });

  it('comes without the line end of a file where the field is a literal', async () => {
    writeFileSync(temp('password'), 'geheim\r\n');
    assert.equal(await literal(`file://${temp('password')}`), 'geheim');
    assert.equal(await literal(`data:;base64,${base64('geheim\n')}`), 'geheim');
    assert.equal(await literal('env://SECRET'), 'from env');
  });

  const bad: [value: string, message: RegExp][] = [
    ['/nowhere/$UNSET/a.creds', /the file \/nowhere\/\/a\.creds does not exist \(not set: \$UNSET\)/],
    ['relative/a.creds', /not an absolute path/],
    ['file://', /its path is empty/],
    ['env://UNSET', /environment variable "UNSET" is not set/],
    ['env://EMPTY', /environment variable "EMPTY" is not set/],
    ['data:geheim', /not of the form data:;base64/],
    ['data:text/plain,geheim', /not of the form data:;base64/],
    ['data:;base64,ge=heim', /not of the form data:;base64/],
    ['vault://geheim', /unknown scheme "vault"/],
  ];
  for (const [value, message] of bad) {
    it(`is refused as ${value}, with a text that names the field and no secret`, async () => {
      await assert.rejects(read(value), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalidContext');
        assert.match(error.message, message);
        assert.match(error.message, /"creds" of context "prod"/);
        assert.doesNotMatch(error.message, /geheim/);
        return true;
      });
    });
  }

  it('is not read from a folder or from a huge file', async () => {
    mkdirSync(temp('folder'));
    writeFileSync(temp('huge'), Buffer.alloc(1024 * 1024 + 1));
    await assert.rejects(read(temp('folder')), { code: 'invalidContext', message: /not a regular file/ });
    await assert.rejects(read(temp('huge')), { code: 'invalidContext', message: /larger than 1048576 bytes/ });
  });
});
