import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ConfigurationError } from '../../../src/engine/config/configurationError';
import { parseConfiguration } from '../../../src/engine/config/parseConfiguration';

const file = '/backup/stream_ORDERS.json';

describe('parseConfiguration', () => {
  /** Code, line and text of what is wrong. */
  function fault(text: string): { code: string; line: number | undefined; message: string } {
    try {
      parseConfiguration(text, file);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error));
      const { code, line, message } = error;
      assert.ok(message.startsWith(file), message);
      if (line !== undefined) assert.ok(message.includes(`line ${line},`), message);
      return { code, line, message };
    }
    throw new Error('it was read');
  }

  function assertFault(text: string, code: string, line: number | undefined, message: RegExp): void {
    const found = fault(text);
    assert.deepEqual([found.code, found.line], [code, line], found.message);
    assert.match(found.message, message);
  }

  const envelope = (type: string, configuration: object | string, checksum?: string) => {
    const bytes = typeof configuration === 'string' ? configuration : JSON.stringify(configuration, null, 2);
    const sum = checksum ?? createHash('sha256').update(bytes).digest('hex');
    const fields = { type, time: '2022-01-01T00:00:00Z', configuration: Buffer.from(bytes).toString('base64') };
    return JSON.stringify({ ...fields, checksum: sum }, null, 2);
  };

  it('tells streams and consumers by their content', () => {
    const parsed = (text: string) => {
      const { kind, name, form, line } = parseConfiguration(text, file);
      return [kind, name, form, line];
    };
    assert.deepEqual(parsed('{\n  "name": "ORDERS",\n  "subjects": ["orders.>"]\n}'), ['stream', 'ORDERS', 'plain', 2]);
    assert.deepEqual(parsed('{"name": "ORDERS"}'), ['stream', 'ORDERS', 'plain', 1]);
    assert.deepEqual(parsed('{"durable_name":"NEW",\n"ack_policy":"explicit"}'), ['consumer', 'NEW', 'plain', 1]);
    assert.deepEqual(parsed('{"name":"NEW","durable_name":"NEW","deliver_policy":"all"}'), [
      'consumer',
      'NEW',
      'plain',
      1,
    ]);
    const backupJson = '{"config":{"name":"A","unknown":1},"state":{"messages":3}}';
    assert.deepEqual(parsed(backupJson), ['stream', 'A', 'backupJson', 1]);
    assert.deepEqual(parsed('{"name":"A","subjects":null,"max_age":null}'), ['stream', 'A', 'plain', 1]);
  });

  it('keeps unknown fields and integers beyond 2^53', () => {
    const { config } = parseConfiguration(
      '{"name":"A","max_bytes":9223372036854775807,"new":{"a":[18446744073709551615]}}',
      file,
    );
    assert.deepEqual(config, { name: 'A', max_bytes: 9223372036854775807n, new: { a: [18446744073709551615n] } });
  });

  it('opens envelopes of the old command line', () => {
    const stream = parseConfiguration(envelope('stream', { name: 'ORDERS', max_age: 1 }), file);
    assert.deepEqual(stream, {
      kind: 'stream',
      name: 'ORDERS',
      form: 'envelope',
      config: { name: 'ORDERS', max_age: 1 },
    });
    const inner = { name: 'NEW', stream: 'ORDERS', config: { durable_name: 'NEW', ack_policy: 'none' } };
    const consumer = parseConfiguration(envelope('consumer', inner), file);
    assert.deepEqual(consumer, {
      kind: 'consumer',
      name: 'NEW',
      stream: 'ORDERS',
      form: 'envelope',
      config: inner.config,
    });
  });

  it('refuses an envelope that was changed, a template, and what is of one', () => {
    const wrong = envelope('stream', { name: 'A' }, 'ab'.repeat(32));
    assertFault(wrong, 'archiveDamaged', 5, /checksum/);
    const text = envelope('stream', { name: 'ORDERS', max_msgs: 10 });
    const inside = text.replace(
      /"configuration": "(.)/,
      (_, first: string) => `"configuration": "${first === 'e' ? 'f' : 'e'}`,
    );
    assertFault(inside, 'archiveDamaged', 5, /checksum/);
    assertFault(envelope('stream_template', { name: 'T' }), 'notSupported', 2, /template "T"/);
    assertFault(
      envelope('stream', { name: 'A', template_owner: 'T' }),
      'notSupported',
      undefined,
      /"A" of the template "T"/,
    );
    assertFault(envelope('account', { name: 'A' }), 'notABackup', 2, /"account"/);
    assertFault(envelope('stream', 'no json'), 'notABackup', 1, /is not JSON/);
    assertFault(envelope('consumer', { name: 'A', config: {} }), 'notABackup', undefined, /without its stream/);
    assertFault(envelope('stream', { name: '../../etc' }), 'notABackup', undefined, /two dots/);
  });

  it('says where JSON is wrong', () => {
    assertFault('', 'notABackup', undefined, /is empty/);
    assertFault(' \n', 'notABackup', undefined, /is empty/);
    assertFault('{\n  "name": "A",\n  "max_msgs": }', 'notABackup', 3, /a value is missing/);
    assertFault('{\n  "name": "A",\n}', 'notABackup', 3, /is not JSON/);
    assertFault('{\n  // mine\n  "name": "A"}', 'notABackup', 2, /comment/);
    assertFault('{"name": "A"}\n{"name": "B"}', 'notABackup', 2, /more text after the end/);
    assertFault('{"name": "A",\n"subjects": ["a"', 'notABackup', 2, /is not JSON/);
    assertFault('name: ORDERS\nsubjects:\n  - orders.>\n', 'notABackup', 1, /is not JSON/);
    assertFault('["name"]', 'notABackup', 1, /no JSON object/);
    assertFault('{"name":\n"A\0"}', 'notABackup', 2, /NUL byte/);
    assertFault(`{"name":"A","x":\n${'['.repeat(5000)}`, 'notABackup', 2, /levels deep/);
  });

  it('refuses a member that is there twice', () => {
    assertFault('{"name":"A",\n"max_age":1,\n"max_age":2}', 'notABackup', 3, /"max_age" a second time/);
    assertFault('{"name":"A",\n"metadata":{"a":"1",\n"a":"1"}}', 'notABackup', 3, /"a" a second time/);
  });

  it('refuses integers beyond 64 bits', () => {
    assertFault('{"name":"A",\n"max_bytes":18446744073709551616}', 'limitExceeded', 2, /18446744073709551616/);
    assertFault('{"name":"A",\n"max_bytes":-9223372036854775809}', 'limitExceeded', 2, /beyond the 64 bits/);
    assertFault('{"name":"A",\n"max_bytes":1e400}', 'limitExceeded', 2, /1e400/);
    assertFault(`{"name":"A",\n"max_bytes":${'9'.repeat(100_000)}}`, 'limitExceeded', 2, /9…/);
  });

  it('refuses names that no stream or consumer can have', () => {
    const refused: [name: string, why: RegExp][] = [
      ['', /is empty/],
      ['a.b', /a dot/],
      ['..', /two dots/],
      ['a/b', /a slash/],
      ['a\\b', /a backslash/],
      ['a b', /a space/],
      ['a\tb', /a space/],
      ['a*', /a wildcard/],
      ['>', /a wildcard/],
      ['a\0', /a NUL byte/],
      ['x'.repeat(256), /256 bytes/],
    ];
    for (const [name, why] of refused) {
      assertFault(`{\n"name":${JSON.stringify(name)},\n"subjects":[]}`, 'notABackup', 2, why);
    }
    for (const [name, why] of refused.slice(1)) {
      assertFault(`{"ack_policy":"none",\n"durable_name":${JSON.stringify(name)}}`, 'notABackup', 2, why);
    }
    assertFault('{"subjects":["a"],\n"name":7}', 'notABackup', 2, /does not name its stream/);
    assertFault('{"subjects":["a"]}', 'notABackup', 1, /does not name its stream/);
    assertFault('{"ack_policy":"none"}', 'notABackup', 1, /does not name its consumer/);
    assertFault('{"durable_name":"A",\n"name":"B"}', 'notABackup', 2, /must be the same/);
    for (const name of ['CON', 'a:b', 'ä€😀', 'x'.repeat(255)]) {
      assert.equal(parseConfiguration(JSON.stringify({ name }), file).name, name);
    }
  });

  it('does not take the file of another tool for a stream', () => {
    assertFault('{"name":"my-app","version":"1.0.0","dependencies":{}}', 'notABackup', 1, /another tool/);
    assertFault('{"name":"x","description":"y","private":true}', 'notABackup', 1, /another tool/);
    assertFault('{}', 'notABackup', 1, /does not name its stream/);
  });

  it('names a field of the wrong type', () => {
    assertFault(
      '{"name":"A",\n"subjects":"orders.>"}',
      'notABackup',
      2,
      /"subjects" of the wrong type: it must be a list of texts/,
    );
    assertFault('{"name":"A",\n"max_age":"1h"}', 'notABackup', 2, /must be a whole number/);
    assertFault('{"name":"A",\n"max_age":1.5}', 'notABackup', 2, /must be a whole number/);
    assertFault('{"name":"A",\n"mirror":"B"}', 'notABackup', 2, /must be an object/);
    assertFault('{"durable_name":"A",\n"backoff":[1,"2"]}', 'notABackup', 2, /must be a list of whole numbers/);
  });
});
