import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { gzipToS2 } from '../../../src/engine/archive/gzipToS2';
import { S2Decoder } from '../../../src/engine/archive/s2Stream';
import { BackupError } from '../../../src/engine/errors';

const MiB = 1024 * 1024;

describe('gzipToS2', () => {
  async function convert(gzip: Buffer, pieceSize = 64 * 1024): Promise<Buffer> {
    async function* pieces() {
      for (let at = 0; at < gzip.length; at += pieceSize) {
        yield gzip.subarray(at, at + pieceSize);
        await Promise.resolve();
      }
    }
    const made: Buffer[] = [];
    for await (const bytes of gzipToS2(pieces())) made.push(Buffer.from(bytes));
    return Buffer.concat(made);
  }

  function content(s2: Buffer): { plain: Buffer; chunks: number } {
    const parts: Buffer[] = [];
    const decoder = new S2Decoder((bytes) => parts.push(Buffer.from(bytes)));
    decoder.write(s2);
    decoder.end();
    return { plain: Buffer.concat(parts), chunks: decoder.chunks };
  }

  /** What stands for a tar: whole blocks, the last with something in it, and two of zeros. */
  const tar = (size: number) => {
    const bytes = Buffer.alloc(size + 1024);
    randomBytes(size).copy(bytes);
    if (size > 0) bytes[size - 512] = 1;
    return bytes;
  };

  it('gives the same tar, however it is cut', async () => {
    for (const size of [512, MiB - 1536, MiB - 1024, MiB - 512, MiB, 3 * MiB]) {
      const plain = tar(size);
      const gzip = gzipSync(plain);
      const whole = await convert(gzip);
      const found = content(whole);
      assert.ok(found.plain.equals(plain), String(size));
      assert.equal(found.chunks, 1 + Math.ceil(plain.length / MiB));
      assert.ok((await convert(gzip, 4093)).equals(whole));
    }
  });

  it('keeps zeros in the middle, and cuts off those after the end', async () => {
    const holes = Buffer.concat([tar(1024), Buffer.alloc(2 * MiB + 512), tar(512)]);
    const padded = Buffer.concat([holes, Buffer.alloc(9 * 1024 * 512)]);
    for (const plain of [holes, padded]) {
      const found = content(await convert(gzipSync(plain)));
      assert.ok(found.plain.equals(holes));
      assert.equal(found.chunks, 1 + Math.ceil(holes.length / MiB));
    }
  });

  it('adds nothing that is missing', async () => {
    for (const plain of [tar(2048).subarray(0, 2048), tar(2048).subarray(0, 2560), tar(2048).subarray(0, 2000)]) {
      assert.ok(content(await convert(gzipSync(plain))).plain.equals(plain));
    }
  });

  it('says what is wrong with the gzip file', async () => {
    const gzip = gzipSync(tar(MiB));
    const flipped = Buffer.from(gzip);
    flipped[gzip.length - 6]! ^= 1;
    await assert.rejects(convert(gzip.subarray(0, -9)), { code: 'archiveTruncated', message: /ends before its end/ });
    await assert.rejects(convert(gzip.subarray(0, 1000)), { code: 'archiveTruncated' });
    await assert.rejects(convert(flipped), { code: 'archiveDamaged', message: /incorrect data check/ });
    await assert.rejects(convert(Buffer.from('1f8b08000000', 'hex')), { code: 'archiveTruncated' });
    await assert.rejects(convert(Buffer.from('1f8b99000000', 'hex')), { code: 'archiveDamaged' });
  });

  it('passes on what the file throws, and reads no further than it is asked', async () => {
    const failing = async function* () {
      yield gzipSync(tar(MiB)).subarray(0, 500_000);
      await Promise.resolve();
      throw new BackupError('fileAccess', 'The disk is gone.');
    };
    const read = async () => {
      for await (const bytes of gzipToS2(failing())) void bytes;
    };
    await assert.rejects(read(), { code: 'fileAccess', message: 'The disk is gone.' });
    let given = 0;
    const endless = async function* () {
      const gzip = gzipSync(tar(8 * MiB), { level: 0 });
      for (let at = 0; at < gzip.length; at += 64 * 1024) {
        given += 1;
        yield gzip.subarray(at, at + 64 * 1024);
        await Promise.resolve();
      }
    };
    const chunks = gzipToS2(endless());
    await chunks.next();
    await chunks.next();
    await chunks.return();
    assert.ok(given < 60, `${given} pieces were read for the first MiB`);
  });
});
