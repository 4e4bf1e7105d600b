import assert from 'node:assert/strict';
import { createArchiveVerifier } from '../../../src/engine/archive/open';
import { block, blockFile, consumerFiles, messages, natsArchive, s2, stateEntry, streamMeta, tar } from './makeArchive';
import { natsArchiveWire } from './vectors';
import { failureOf, verify } from './verify';

async function smallTar(): Promise<Buffer> {
  const records = [...messages(1, 2), { seq: 3, subject: 'a.c', headers: 'NATS/1.0\r\nK: V\r\n\r\n', body: 'x' }];
  const consumer = await consumerFiles('S', 'c', [22, 2, 0, 0, 0, 0, 0, 0]);
  return tar([...(await streamMeta('S')), blockFile(1, await block('S', 1, records)), ...consumer]);
}

describe('archive verifier', () => {
  it('sums up a real V2 archive, in slices of any size', async () => {
    for (const slice of [1, 2, 9, 100, natsArchiveWire.length]) {
      const { consumers, ...summary } = await verify(natsArchiveWire, { slice });
      assert.deepEqual(summary, {
        format: 'v2',
        messages: 2,
        bytes: 93,
        firstSeq: 1n,
        lastSeq: 3n,
        exact: true,
        hasTombstones: false,
        archiveBytes: 564,
        uncompressedBytes: 721,
      });
      assert.equal(consumers.length, 1);
      assert.equal(consumers[0]?.name, 'c');
      assert.equal(consumers[0]?.config.ack_wait, 30_000_000_000);
      assert.deepEqual(consumers[0]?.position, {
        delivered: { consumer: 1n, stream: 1n },
        ackFloor: { consumer: 0n, stream: 0n },
        ackPending: 1,
        redelivered: 0,
      });
    }
  });

  it('refuses a real V2 archive that is cut or has a byte changed', async () => {
    for (let size = 0; size < natsArchiveWire.length; size++) {
      assert.equal(await failureOf(natsArchiveWire.subarray(0, size)), 'archiveTruncated', `${size} bytes`);
    }
    for (let at = 0; at < natsArchiveWire.length; at++) {
      const changed = Buffer.from(natsArchiveWire);
      changed[at]! ^= 0xff;
      assert.notEqual(await failureOf(changed), undefined, `byte ${at}`);
    }
  });

  it('refuses a V1 archive that is cut anywhere, with its last chunk whole or not', async () => {
    const plain = await smallTar();
    assert.equal((await verify(s2(plain, 700), { slice: 1 })).messages, 3);
    // Every border of a tar block with the bytes around it, and a good part of all others.
    for (let size = 0; size < plain.length; size++) {
      if (size % 13 !== 0 && (size + 1) % 512 > 2) continue;
      assert.equal(await failureOf(s2(plain.subarray(0, size))), 'archiveTruncated', `${size} plain bytes`);
    }
    const whole = s2(plain, 5000);
    for (let size = 0; size < whole.length; size += 17) {
      assert.equal(await failureOf(whole.subarray(0, size)), 'archiveTruncated', `${size} bytes`);
    }
  });

  it('refuses a V1 archive with any byte of its chunks changed', async () => {
    const whole = s2(await smallTar(), 3000);
    for (let at = 0; at < whole.length; at += at < 40 ? 1 : 19) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at & 7);
      assert.notEqual(await failureOf(changed), undefined, `byte ${at}`);
    }
  });

  it('knows the format after eight plain bytes, and counts as it goes', async () => {
    for (const [plain, format] of [
      [natsArchive([stateEntry({})]), 'v2'],
      [(await smallTar()).subarray(0, 512), 'v1'],
    ] as const) {
      const archive = s2(plain, 1);
      const verifier = await createArchiveVerifier();
      // The identifier, then nine bytes for each plain one.
      verifier.write(archive.subarray(0, 10 + 7 * 9));
      assert.deepEqual([verifier.format, verifier.uncompressedBytes, verifier.archiveBytes], [undefined, 7, 73]);
      verifier.write(archive.subarray(73, 82));
      assert.deepEqual([verifier.format, verifier.uncompressedBytes, verifier.archiveBytes], [format, 8, 82]);
      verifier.dispose();
    }
  });

  it('throws the same error again, whatever comes after it', async () => {
    const verifier = await createArchiveVerifier({ stream: 'S' });
    const caught: unknown[] = [];
    for (const bytes of [Buffer.from('no'), natsArchiveWire]) {
      try {
        verifier.write(bytes);
      } catch (error) {
        caught.push(error);
      }
    }
    assert.throws(
      () => verifier.end(),
      (error) => caught.length === 2 && caught.every((each) => each === error),
    );
    verifier.dispose();
    verifier.dispose();
  });

  it('leaves the caller its bytes', async () => {
    const archive = s2(await smallTar());
    const copy = Buffer.from(archive);
    await verify(archive);
    assert.deepEqual(archive, copy);
  });

  it('refuses what is neither format', async () => {
    assert.equal(await failureOf(Buffer.alloc(0)), 'archiveTruncated');
    assert.equal(await failureOf(s2(Buffer.alloc(0))), 'archiveTruncated');
    assert.equal(await failureOf(s2(Buffer.alloc(4096, 'text'))), 'archiveDamaged');
    assert.equal(await failureOf(s2(Buffer.alloc(1024))), 'archiveDamaged');
    assert.equal(await failureOf(Buffer.from('{"config":{}}')), 'archiveDamaged');
  });

  it('says whose archive it is, what is wrong, where, and what to do', async () => {
    await assert.rejects(verify(natsArchiveWire.subarray(0, 300), { stream: 'V' }), {
      message:
        'The archive of stream "V" is not whole: it ends inside chunk 2 ' +
        '(chunk 2, byte 300 of the archive). Use another backup, or make a new one.',
    });
  });

  it('gives its place in the WASM memory back, however it ends', async () => {
    const index = Buffer.alloc(5000);
    // The beginning of a version that is newer than all we know, so that it is only hashed.
    index.set([11, 200]);
    const archive = s2(tar([...(await streamMeta('S')), { path: 'msgs/index.db', content: index }]), 1000);
    // The package has 341 places for hashes that run.
    for (let i = 0; i < 1000; i++) {
      const verifier = await createArchiveVerifier();
      verifier.write(archive.subarray(0, archive.length - 3000));
      verifier.dispose();
    }
    assert.equal(await failureOf(s2(await smallTar())), undefined);
  });
});
