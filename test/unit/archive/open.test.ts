import assert from 'node:assert/strict';
import { createArchiveVerifier } from '../../../src/engine/archive/open';
import type { ArchiveSummary } from '../../../src/engine/model';
import { natsArchiveWire } from './vectors';

async function verify(bytes: Uint8Array, slice = bytes.length): Promise<ArchiveSummary> {
  const verifier = await createArchiveVerifier();
  try {
    for (let at = 0; at < bytes.length; at += slice) verifier.write(bytes.subarray(at, at + slice));
    return verifier.end();
  } finally {
    verifier.dispose();
  }
}

describe('archive verifier', () => {
  it('sums up a real V2 archive, in one piece and byte by byte', async () => {
    for (const slice of [natsArchiveWire.length, 1]) {
      const { consumers, ...summary } = await verify(natsArchiveWire, slice);
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
      assert.deepEqual(consumers[0]?.position, {
        delivered: { consumer: 1n, stream: 1n },
        ackFloor: { consumer: 0n, stream: 0n },
        ackPending: 1,
        redelivered: 0,
      });
    }
  });

  it('refuses every beginning of an archive', async () => {
    for (let size = 0; size < natsArchiveWire.length; size++) {
      await assert.rejects(
        verify(natsArchiveWire.subarray(0, size)),
        { name: 'BackupError', code: 'archiveTruncated' },
        `${size} bytes`,
      );
    }
  });
});
