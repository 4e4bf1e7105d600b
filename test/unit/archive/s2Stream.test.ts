import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { S2Decoder, s2Header, storedS2Chunk } from '../../../src/engine/archive/s2Stream';
import { s2 } from './makeArchive';
import { natsArchivePlainSha256, natsArchiveWire } from './vectors';

function decode(stream: Uint8Array, slice = stream.length): Buffer {
  const plain: Buffer[] = [];
  const decoder = new S2Decoder((bytes) => plain.push(Buffer.from(bytes)));
  for (let at = 0; at < stream.length; at += slice) decoder.write(stream.subarray(at, at + slice));
  decoder.end();
  const all = Buffer.concat(plain);
  assert.equal(decoder.plainBytes, all.length);
  assert.equal(decoder.compressedBytes, stream.length);
  return all;
}

function chunk(type: number, body: Uint8Array): Buffer {
  const size = body.length;
  return Buffer.concat([Uint8Array.of(type, size & 255, (size >> 8) & 255, size >> 16), body]);
}

const damaged = { code: 'archiveDamaged' };
const hello = storedS2Chunk(Buffer.from('hello'));

describe('s2Stream', () => {
  it('decodes a real stream in slices of every size', () => {
    for (let slice = 1; slice <= natsArchiveWire.length; slice++) {
      const plain = decode(natsArchiveWire, slice);
      assert.equal(createHash('sha256').update(plain).digest('hex'), natsArchivePlainSha256);
    }
  });

  it('refuses every real stream that is cut', () => {
    for (let size = 0; size < natsArchiveWire.length; size++) {
      // After the identifier alone a stream is whole, and empty.
      if (size === s2Header.length) continue;
      assert.throws(() => decode(natsArchiveWire.subarray(0, size)), { code: 'archiveTruncated' }, `${size} bytes`);
    }
  });

  it('gives the same content or none for a real stream with any bit changed', () => {
    const plain = decode(natsArchiveWire);
    const harmless: number[] = [];
    for (let at = 0; at < natsArchiveWire.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(natsArchiveWire);
        changed[at]! ^= 1 << bit;
        try {
          assert.deepEqual(decode(changed), plain, `byte ${at}, bit ${bit}`);
          harmless.push(at);
        } catch (error) {
          assert.equal((error as Error).name, 'BackupError', `byte ${at}, bit ${bit}: ${String(error)}`);
        }
      }
    }
    // The checksum is over the content: a copy may as well come from another place that holds the same bytes.
    assert.deepEqual(harmless, [422]);
  });

  it('reads what it stores', () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => (i * i) & 255));
    for (const chunkSize of [1, 999, 5000]) assert.deepEqual(decode(s2(bytes, chunkSize), 7), bytes);
  });

  it('leaves the caller its bytes', () => {
    const stream = s2(Buffer.from('hello'));
    const decoder = new S2Decoder((bytes) => bytes.fill(0));
    decoder.write(stream);
    assert.deepEqual(stream, s2(Buffer.from('hello')));
  });

  it('takes two streams one after the other as one', () => {
    const two = Buffer.concat([s2(Buffer.from('one ')), s2(Buffer.from('two'))]);
    for (let slice = 1; slice <= two.length; slice++) assert.equal(decode(two, slice).toString(), 'one two');
  });

  it('skips padding and a seek index, in slices of any size', () => {
    const padding = chunk(0xfe, Buffer.alloc(300, 7));
    const index = chunk(0x99, Buffer.from('s2idx\0...'));
    const stream = Buffer.concat([s2Header, padding, hello, chunk(0xfe, Buffer.alloc(0)), hello, index]);
    for (let slice = 1; slice <= stream.length; slice++) assert.equal(decode(stream, slice).toString(), 'hellohello');
  });

  it('keeps to the smaller blocks of Snappy after its identifier', () => {
    const snappy = chunk(0xff, Buffer.from('sNaPpY'));
    assert.equal(decode(Buffer.concat([snappy, hello])).toString(), 'hello');
    const large = storedS2Chunk(Buffer.alloc(65537));
    assert.throws(() => decode(Buffer.concat([snappy, large])), damaged);
    assert.equal(decode(Buffer.concat([snappy, s2Header, large])).length, 65537);
  });

  it('refuses what is no S2 stream', () => {
    const bad: [string, Uint8Array][] = [
      ['no identifier', hello],
      ['text', Buffer.from('hello')],
      ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
      ['another identifier', chunk(0xff, Buffer.from('S2sTwX'))],
      ['an identifier of another length', chunk(0xff, Buffer.from('S2sTwO!'))],
      ['a stored chunk without its checksum', Buffer.concat([s2Header, chunk(1, Buffer.alloc(3))])],
      ['a compressed chunk without a block', Buffer.concat([s2Header, chunk(0, Buffer.alloc(4))])],
      ['a stored chunk of more than 4 MiB', Buffer.concat([s2Header, Uint8Array.of(1, 5, 0, 0x40)])],
      ['a compressed chunk of more than 5 MiB', Buffer.concat([s2Header, Uint8Array.of(0, 1, 0, 0x50)])],
      [
        'a block of 4 MiB and one byte',
        Buffer.concat([s2Header, chunk(0, Uint8Array.of(0, 0, 0, 0, 0x81, 0x80, 0x80, 2))]),
      ],
    ];
    for (const type of [0x02, 0x7f, 0x80, 0x98, 0x9a, 0xfd]) {
      bad.push([`a chunk of type ${type}`, Buffer.concat([s2Header, chunk(type, Buffer.from('abc'))])]);
    }
    for (const [what, stream] of bad) assert.throws(() => decode(stream), damaged, what);
  });

  it('reads empty stored chunks', () => {
    assert.equal(decode(Buffer.concat([s2Header, storedS2Chunk(Buffer.alloc(0)), hello])).toString(), 'hello');
  });
});
