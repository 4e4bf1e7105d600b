import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { readChunks } from '../../../src/engine/backupSet/archiveFile';
import { ReadAhead } from '../../../src/engine/jobs/readAhead';
import { useTempDir } from '../../support/tempDir';

const kib = 1024;
const mib = 1024 * kib;

describe('ReadAhead', () => {
  const temp = useTempDir();

  async function takeAll(ahead: ReadAhead): Promise<Buffer[]> {
    const pieces: Buffer[] = [];
    for (let piece = await ahead.next(); piece !== undefined; piece = await ahead.next()) {
      // As it goes to the socket: what is handed out must not change any more.
      pieces.push(Buffer.from(piece));
    }
    return pieces;
  }

  function overFile(bytes: Buffer, pieceSize: number, chunkSize = mib): ReadAhead {
    writeFileSync(temp('a'), bytes);
    return new ReadAhead(readChunks(temp('a'), { chunkSize }), pieceSize);
  }

  it('gives every byte of a file in order, in pieces no larger than asked for', async () => {
    const bytes = randomBytes(2 * mib + 12_345);
    for (const [pieceSize, chunkSize] of [
      [256 * kib, mib],
      [mib, 100_000],
      [64_000, 70_001],
    ] as const) {
      const pieces = await takeAll(overFile(bytes, pieceSize, chunkSize));
      assert.ok(Buffer.concat(pieces).equals(bytes), `pieces of ${pieceSize} out of chunks of ${chunkSize}`);
      assert.ok(pieces.every(({ length }) => length > 0 && length <= pieceSize));
    }
  });

  it('gives a file smaller than what is kept back, and nothing of an empty one', async () => {
    for (const size of [0, 1, 1000, 256 * kib]) {
      const bytes = randomBytes(size);
      const ahead = overFile(bytes, 256 * kib);
      assert.ok(Buffer.concat(await takeAll(ahead)).equals(bytes), `${size} bytes`);
      assert.equal(await ahead.next(), undefined, 'the end stays the end');
    }
  });

  it('reads no further than 8 MiB and a chunk ahead', async () => {
    writeFileSync(temp('a'), Buffer.alloc(24 * mib));
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of readChunks(temp('a'))) {
        read += chunk.length;
        yield chunk;
      }
    }
    const chunks = counted();
    const ahead = new ReadAhead(chunks, 256 * kib);
    await ahead.fill();
    assert.equal(read, 8 * mib);
    for (let taken = 0; taken < 4 * mib;) {
      taken += (await ahead.next())?.length ?? Infinity;
      assert.ok(read - taken <= 9 * mib, `${read} read, ${taken} taken`);
    }
    await chunks.return();
  });

  it('bridges a read that stalls with small pieces of what it kept back, then goes on', async function () {
    this.timeout(30_000);
    const bytes = randomBytes(mib);
    let goOn: () => void = () => undefined;
    async function* stalling(): AsyncGenerator<Uint8Array, void> {
      yield bytes.subarray(0, 300 * kib);
      await new Promise<void>((resolve) => (goOn = resolve));
      yield bytes.subarray(300 * kib);
    }
    const ahead = new ReadAhead(stalling(), 256 * kib);
    const pieces = [await ahead.next(), await ahead.next(), await ahead.next()];
    assert.deepEqual(
      pieces.map((piece) => piece?.length),
      [256 * kib, kib, kib],
      'a whole piece while there is more than the reserve, then one small piece at a time',
    );
    goOn();
    const rest = await takeAll(ahead);
    assert.ok(Buffer.concat([...pieces.map((piece) => piece ?? Buffer.alloc(0)), ...rest]).equals(bytes));
    assert.ok(
      rest.some(({ length }) => length === 256 * kib),
      'large pieces again',
    );
  });

  it('throws what reading throws, before the end could be taken for the end', async () => {
    writeFileSync(temp('a'), Buffer.alloc(3 * mib));
    const ahead = new ReadAhead(readChunks(temp('a'), { chunkSize: 64 * kib, readAhead: 0 }), 64 * kib);
    assert.equal((await ahead.next())?.length, 64 * kib);
    truncateSync(temp('a'), mib);
    await assert.rejects(takeAll(ahead), { code: 'archiveMismatch' });
    await assert.rejects(ahead.next(), { code: 'archiveMismatch' });
    const missing = new ReadAhead(readChunks(temp('missing')), kib);
    await assert.doesNotReject(missing.fill(), 'the failure comes with the first piece');
    await assert.rejects(missing.next(), { code: 'fileAccess' });
  });
});
