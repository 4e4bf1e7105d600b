import assert from 'node:assert/strict';
import { hashKeys, loadHighwayHash } from '../../../src/engine/archive/highwayHash';
import { MessageBlockScanner, type RecordTally, type ScannedBlock } from '../../../src/engine/archive/messageBlock';
import { SequenceSet } from '../../../src/engine/archive/sequenceSet';
import { block, messages, record, type TestRecord } from './makeArchive';

/** From a real archive: stream TEST, block 1, sequence 1, subject `foo`, body `msg#1`. */
const realRecord = Buffer.from('26000000010000000000000068682e8ab03eda160300666f6f6d7367233197e97102df536e52', 'hex');

async function scan(
  content: Uint8Array,
  options: { slice?: number; stream?: string; index?: number } = {},
): Promise<{ block: ScannedBlock; tally: RecordTally }> {
  const { slice = Math.max(1, content.length), stream = 'TEST', index = 1 } = options;
  const { hash64 } = await loadHighwayHash();
  const tally = { live: new SequenceSet(), tombstones: new SequenceSet(), liveBytes: 0, hasTombstones: false };
  const scanner = new MessageBlockScanner(index, hashKeys.block(stream, index), hash64, tally, undefined);
  const copy = Uint8Array.from(content);
  for (let at = 0; at < copy.length; at += slice) scanner.write(copy.subarray(at, at + slice));
  return { block: scanner.end(), tally };
}

async function scanRecords(records: TestRecord[]) {
  return scan(await block('TEST', 1, records));
}

const damaged = { code: 'archiveDamaged' };

describe('messageBlock', () => {
  it('reads a real record', async () => {
    const { block: scanned, tally } = await scan(realRecord);
    assert.deepEqual(scanned, {
      index: 1,
      size: 38,
      lastChecksum: Uint8Array.from(realRecord.subarray(30)),
      messages: 1,
      bytes: 38,
      lastSeq: 1n,
    });
    assert.equal(tally.live.has(0, 1), true);
  });

  it('makes the same record as the server made', async () => {
    const hashed = Buffer.from(realRecord);
    const made = await record('TEST', 1, { seq: 1, subject: 'foo', body: 'msg#1' });
    hashed.copy(made, 12, 12, 20);
    // Only the time differs, and with it the hash.
    assert.deepEqual(made.subarray(0, 30), hashed.subarray(0, 30));
  });

  it('refuses a record of another stream or block', async () => {
    await assert.rejects(scan(realRecord, { stream: 'TEST2' }), damaged);
    await assert.rejects(scan(realRecord, { index: 2 }), damaged);
  });

  it('finds every changed bit, but for lengths inside the record that no hash covers', async () => {
    const plain = realRecord;
    const withHeaders = await record('TEST', 1, {
      seq: 7,
      subject: 'a.b',
      headers: 'NATS/1.0\r\nK: V\r\n\r\n',
      body: 'body',
    });
    const missed: string[] = [];
    for (const content of [plain, withHeaders]) {
      for (let at = 0; at < content.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const changed = Buffer.from(content);
          changed[at]! ^= 1 << bit;
          const passes = await scan(changed).then(
            () => true,
            () => false,
          );
          if (passes) missed.push(`${content === plain ? 'plain' : 'headers'} ${at}`);
        }
      }
    }
    // The hash is over subject, headers and body as one run of bytes. Where the subject ends (byte 20) or, with headers,
    // where these end (byte 25) is only behind the checksum of the S2 chunk around it.
    assert.deepEqual([...new Set(missed)], ['plain 20', 'headers 25']);
  });

  it('reads records cut in slices of any size, and refuses a block that ends inside one', async () => {
    const content = await block('TEST', 1, [...messages(1, 3), { seq: 4, subject: 'x', headers: 'NATS/1.0\r\n\r\n' }]);
    const ends = new Set<number>();
    for (let count = 0; count <= 3; count++) ends.add((await block('TEST', 1, messages(1, count))).length);
    for (let slice = 1; slice <= content.length; slice++) {
      assert.equal((await scan(content, { slice })).block.messages, 4);
    }
    for (let size = 0; size < content.length; size++) {
      const scanned = scan(content.subarray(0, size));
      if (ends.has(size)) assert.equal((await scanned).block.size, size);
      else await assert.rejects(scanned, damaged, `${size} bytes`);
    }
  });

  it('reads a record that is larger than a slice by far', async () => {
    const body = Buffer.alloc(3_000_000, 'x');
    const content = await block('TEST', 1, [{ seq: 9, subject: 'big', body }, ...messages(10, 2)]);
    const { block: scanned } = await scan(content, { slice: 65536 });
    assert.deepEqual([scanned.messages, scanned.bytes, scanned.lastSeq], [3, content.length, 11n]);
  });

  it('takes no record length for granted', async () => {
    for (const size of [0, 29, 32 * 1024 * 1024 + 1, 0x7fffffff]) {
      const content = Buffer.from(realRecord);
      content.writeUInt32LE(size, 0);
      await assert.rejects(scan(content), damaged, `${size}`);
    }
    const subject = Buffer.from(realRecord);
    subject.writeUInt16LE(9, 20);
    await assert.rejects(scan(subject), damaged);
    const headers = await record('TEST', 1, { seq: 1, subject: 'a', headers: 'NATS/1.0\r\n\r\n' });
    headers.writeUInt32LE(13, 23);
    await assert.rejects(scan(headers), damaged);
  });

  it('keeps tombstones apart, whatever sequence they name', async () => {
    const { block: scanned, tally } = await scanRecords([
      ...messages(5, 2),
      { seq: 5, kind: 'tombstone' },
      { seq: 2, kind: 'tombstone' },
      { seq: 7, subject: 'a' },
    ]);
    assert.deepEqual([scanned.messages, scanned.lastSeq, tally.hasTombstones], [3, 7n, true]);
    assert.deepEqual([tally.tombstones.size, tally.tombstones.has(0, 5), tally.tombstones.has(0, 2)], [2, true, true]);
    const only = await scanRecords([{ seq: 12, kind: 'tombstone' }]);
    assert.deepEqual([only.block.messages, only.block.lastSeq], [0, 12n]);
  });

  it('counts erased and skipped records only as sequences', async () => {
    const { block: scanned, tally } = await scanRecords([
      { seq: 1, kind: 'erased' },
      { seq: 2, subject: 'a' },
      { seq: 3, kind: 'erased', body: 'noise' },
      { seq: 0, kind: 'erased' },
      { seq: 0 },
      { seq: 9, kind: 'erased' },
    ]);
    assert.deepEqual([scanned.messages, scanned.bytes, scanned.lastSeq], [1, 31, 9n]);
    assert.deepEqual([tally.live.size, tally.live.has(0, 2), tally.hasTombstones], [1, true, false]);
  });

  it('keeps the first of two records with a sequence', async () => {
    const { block: scanned } = await scanRecords([
      { seq: 5, body: 'x' },
      { seq: 5, body: 'longer' },
      { seq: 4 },
      { seq: 6 },
    ]);
    assert.deepEqual([scanned.messages, scanned.bytes], [2, 61]);
  });

  it('keeps sequences beyond 2^53 exact', async () => {
    const seq = (1n << 61n) + 1n;
    const { block: scanned, tally } = await scanRecords([{ seq }]);
    assert.deepEqual([scanned.lastSeq, tally.live.first()], [seq, seq]);
  });

  it('reads an empty block', async () => {
    const { block: scanned } = await scan(new Uint8Array(0));
    assert.deepEqual([scanned.size, scanned.messages, scanned.lastSeq], [0, 0, 0n]);
    assert.deepEqual(scanned.lastChecksum, new Uint8Array(8));
  });
});
