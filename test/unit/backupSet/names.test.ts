import assert from 'node:assert/strict';
import {
  assignConsumerNames,
  assignStreamNames,
  consumerFileName,
  contextFolderName,
  streamFileName,
} from '../../../src/engine/backupSet/names';

const streamName = (name: string) => assignStreamNames([name]).get(name);

describe('names', () => {
  it('leaves ordinary names as they are', () => {
    for (const name of ['ORDERS', 'KV_settings', 'a-b_c', 'größe', '注文', 'CONSOLE', 'consumer_B']) {
      assert.equal(streamName(name), name);
    }
  });

  it('escapes what a file system refuses or reads in its own way', () => {
    const expected: Record<string, string> = {
      CON: '%43ON',
      'nul.txt': '%6Eul.txt',
      com1: '%63om1',
      'a:b': 'a%3Ab',
      'a<b>c"d|e?f': 'a%3Cb%3Ec%22d%7Ce%3Ff',
      'a%3Ab': 'a%253Ab',
      'ORDERS~1': 'ORDERS%7E1',
      'end.': 'end%2E',
      'end ': 'end%20',
      '.git': '%2Egit',
      '.': '%2E',
      '..': '%2E%2E',
      '../../etc/passwd': '%2E.%2F..%2Fetc%2Fpasswd',
      'C:\\Windows': 'C%3A%5CWindows',
      'a\u0000b\nc\u007f': 'a%00b%0Ac%7F',
      'in\u200bvisible': 'in%E2%80%8Bvisible',
      '\ud800': '%uD800',
      '': '%',
    };
    for (const [name, part] of Object.entries(expected)) assert.equal(streamName(name), part);
  });

  it('adds a hash to names that differ in case or Unicode form only, whatever else there is', () => {
    const names = assignStreamNames(['ORDERS', 'orders', 'Orders', 'caf\u00e9', 'cafe\u0301', 'OTHER']);
    assert.match(names.get('ORDERS') ?? '', /^ORDERS~[0-9a-f]{8}$/);
    assert.match(names.get('orders') ?? '', /^orders~[0-9a-f]{8}$/);
    assert.equal(names.get('OTHER'), 'OTHER');
    assertDistinct([...names.values()]);
    assert.deepEqual(assignStreamNames(['orders', 'Orders', 'ORDERS']).get('ORDERS'), names.get('ORDERS'));
  });

  it('shortens long names, never in the middle of a character or an escape, and keeps them apart', () => {
    const long = [...'ab:é注😀'].map((character) => character.repeat(255));
    const long2 = long.map((name) => `${name}x`);
    const names = assignStreamNames([...long, ...long2]);
    for (const part of names.values()) {
      assert.match(part, /^(?:[^%]|%[0-9A-F]{2})*~[0-9a-f]{8}$/u);
      assert.equal(Buffer.from(part).toString(), part);
      assert.ok(Buffer.byteLength(consumerFileName(part, part)) <= 255);
    }
    assertDistinct([...names.values()]);
  });

  it('never gives a consumer the file of a stream or of another consumer', () => {
    const parts = [
      'A',
      'B',
      'A_consumer',
      'consumer',
      'consumer_B',
      '_consumer_B',
      'A_CONSUMER_B',
      'A_consumer_consumer',
    ];
    const names = [...parts, ...parts.flatMap((a) => parts.map((b) => `${a}_consumer_${b}`))];
    const streams = assignStreamNames(names);
    const consumers = assignConsumerNames(names);
    const files = [...streams.values()].flatMap((stream) => [
      streamFileName(stream),
      ...[...consumers.values()].map((consumer) => consumerFileName(stream, consumer)),
    ]);
    assertDistinct(files);
    for (const stream of streams.values()) {
      for (const consumer of consumers.values()) {
        const file = consumerFileName(stream, consumer);
        assert.equal(/^(stream_.+?)_consumer_/i.exec(file)?.[1], `stream_${stream}`);
      }
    }
  });

  it('makes one folder of any context name', () => {
    assert.equal(contextFolderName('prod eu'), 'prod eu');
    assert.equal(contextFolderName('..'), '%2E%2E');
    assert.ok(Buffer.byteLength(contextFolderName('x'.repeat(300))) < 200);
  });
});

/** Distinct also where case does not count. */
function assertDistinct(names: string[]): void {
  assert.equal(new Set(names.map((name) => name.toUpperCase().normalize('NFC'))).size, names.length);
}
