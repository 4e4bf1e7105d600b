import assert from 'node:assert/strict';
import {
  block,
  blockFile,
  blockIndexFile,
  consumerFiles,
  hash64,
  indexFile,
  messages,
  metaFiles,
  s2,
  streamMeta,
  tar,
  type TestFile,
  type TestIndex,
  type TestRecord,
} from './makeArchive';
import { failureOf, verify } from './verify';

const noPending = [22, 2, 0, 0, 0, 0, 0, 0];

/** An archive of stream S with these files after its own. */
async function archive(files: TestFile[], config: object = {}): Promise<Buffer> {
  return s2(tar([...(await streamMeta('S', config)), ...files]));
}

async function blocks(...contents: TestRecord[][]): Promise<TestFile[]> {
  const files: TestFile[] = [];
  for (const [i, records] of contents.entries()) files.push(blockFile(i + 1, await block('S', i + 1, records)));
  return files;
}

/** Messages 1 to 6 in two blocks of three, each message of 42 bytes, with an index that agrees unless changed. */
async function twoBlocks(change: Partial<TestIndex> = {}): Promise<TestFile[]> {
  const files = await blocks(messages(1, 3), messages(4, 3));
  const index: TestIndex = {
    ...{ messages: 6, bytes: 252, first: 1, last: 6, lastBlock: 2, lastContent: files[1]!.content as Uint8Array },
    blocks: [
      { index: 1, bytes: 126, first: 1, last: 3 },
      { index: 2, bytes: 126, first: 4, last: 6 },
    ],
    ...change,
  };
  return [...files, await indexFile('S', index)];
}

async function figures(files: TestFile[], config: object = {}) {
  const { messages, bytes, firstSeq, lastSeq, exact } = await verify(await archive(files, config), { stream: 'S' });
  return { messages, bytes, firstSeq, lastSeq, exact };
}

describe('tarArchive', () => {
  it('sums up stream, messages and consumers', async () => {
    const pending = [22, 2, 1, 1, 3, 3, 2, 20, 1, 1, 0, 2, 2, 0, 0];
    const files = [...(await twoBlocks()), ...(await consumerFiles('S', 'NEW', pending))];
    const summary = await verify(await archive([...files, ...(await consumerFiles('S', 'a=b, c', noPending))]));
    const { config, consumers, archiveBytes, uncompressedBytes, ...rest } = summary;
    assert.deepEqual(rest, {
      format: 'v1',
      stream: 'S',
      created: '2026-11-24T00:23:39.587654204Z',
      messages: 6,
      bytes: 252,
      firstSeq: 1n,
      lastSeq: 6n,
      firstTime: '2026-11-24T00:23:39.587654204Z',
      lastTime: '2026-11-24T00:23:39.587654204Z',
      exact: true,
      hasTombstones: false,
    });
    assert.deepEqual(config, { name: 'S', subjects: ['a.>'], storage: 'file' });
    assert.deepEqual(consumers, [
      {
        name: 'NEW',
        config: { durable_name: 'NEW', ack_policy: 'explicit' },
        position: {
          delivered: { consumer: 3n, stream: 3n },
          ackFloor: { consumer: 1n, stream: 1n },
          ackPending: 2,
          redelivered: 0,
        },
      },
      {
        name: 'a=b, c',
        config: { durable_name: 'a=b, c', ack_policy: 'explicit' },
        position: {
          delivered: { consumer: 0n, stream: 0n },
          ackFloor: { consumer: 0n, stream: 0n },
          ackPending: 0,
          redelivered: 0,
        },
      },
    ]);
    assert.ok(archiveBytes > uncompressedBytes);
  });

  it('keeps integers of the configuration beyond 2^53', async () => {
    const meta = await metaFiles('S', { name: 'S', max_bytes: 0 });
    const text = '{"name":"S","max_bytes":9223372036854775807}';
    const sum = (await hash64('S', Buffer.from(text))).toString('hex');
    const files = [
      { path: meta[0]!.path, content: text },
      { path: meta[1]!.path, content: sum },
    ];
    assert.equal((await verify(s2(tar(files)))).config?.max_bytes, 9223372036854775807n);
  });

  it('reads every version of index.db, before or after the blocks', async () => {
    for (const version of [1, 2, 3, 4]) {
      const deleted = { index: 1, bytes: 84, first: 1, last: 3, deleted: [2] };
      const [one, two, index] = await twoBlocks({
        ...{ version, messages: 5, bytes: 210 },
        subjects: [
          ['a.b', 4],
          ['a.c', 1],
        ],
        blocks: [deleted, { index: 2, bytes: 126, first: 4, last: 6 }],
      });
      const expected = { messages: 5, bytes: 210, firstSeq: 1n, lastSeq: 6n, exact: true };
      assert.deepEqual(await figures([one!, two!, index!], { max_msgs: 10 }), expected);
      assert.deepEqual(await figures([index!, one!, two!], { max_msgs: 10 }), expected);
    }
  });

  it('follows limits that only index.db knows of', async () => {
    const files = await twoBlocks({
      ...{ messages: 2, bytes: 84, first: 5 },
      blocks: [{ index: 2, bytes: 84, first: 5, last: 6 }],
    });
    assert.deepEqual(await figures(files), { messages: 2, bytes: 84, firstSeq: 5n, lastSeq: 6n, exact: true });
  });

  it('rebuilds from the blocks where index.db is older than they are, as a server does', async () => {
    const rebuilt = { messages: 6, bytes: 252, firstSeq: 1n, lastSeq: 6n, exact: true };
    const [one, two] = await blocks(messages(1, 3), messages(4, 3));
    const stale: Partial<TestIndex>[] = [
      { lastContent: one!.content as Uint8Array },
      { lastBlock: 1, lastContent: one!.content as Uint8Array, blocks: [{ index: 1, bytes: 126, first: 1, last: 3 }] },
      { bytes: 251 },
      { blocks: [], messages: 0 },
      { version: 5 },
    ];
    for (const change of stale)
      assert.deepEqual(await figures(await twoBlocks(change)), rebuilt, JSON.stringify(change));
    assert.deepEqual(await figures([one!, two!]), rebuilt);
    // It still knows a last sequence that no block shows any more.
    const later = await twoBlocks({ last: 9, lastContent: one!.content as Uint8Array });
    assert.equal((await figures(later)).lastSeq, 9n);
    // And limits may have removed what it does not tell any more.
    for (const config of [{ max_msgs: 5 }, { max_bytes: 9 }, { max_age: 1 }, { max_msgs_per_subject: 1 }]) {
      assert.equal((await figures([one!, two!], config)).exact, false);
      assert.equal((await figures(await twoBlocks(), config)).exact, true);
    }
    assert.equal((await figures([one!, two!], { max_msgs: -1, max_age: 0 })).exact, true);
  });

  it('refuses an index.db that is up to date and claims messages that are not there', async () => {
    const missing = await blocks(messages(1, 2), messages(4, 3));
    const index = (await twoBlocks({ lastContent: missing[1]!.content as Uint8Array }))[2]!;
    assert.equal(await failureOf(await archive([...missing, index])), 'archiveDamaged');
    const huge = { index: 2, bytes: 252, first: 1, last: 2 ** 52 };
    const claims = await twoBlocks({ messages: 2 ** 52, last: 2 ** 52, blocks: [huge] });
    assert.equal(await failureOf(await archive(claims)), 'archiveDamaged');
  });

  it('refuses an index.db with any bit changed, or cut', async () => {
    const files = await twoBlocks({
      ...{ messages: 5, bytes: 210 },
      blocks: [
        { index: 1, bytes: 84, first: 1, last: 3, deleted: [2] },
        { index: 2, bytes: 126, first: 4, last: 6 },
      ],
    });
    const content = Buffer.from(files[2]!.content);
    const withIndex = (changed: Buffer) => archive([...files.slice(0, 2), { path: 'msgs/index.db', content: changed }]);
    for (let at = 0; at < content.length; at += 3) {
      const changed = Buffer.from(content);
      changed[at]! ^= 1 << (at & 7);
      assert.equal(await failureOf(await withIndex(changed)), 'archiveDamaged', `byte ${at}`);
      assert.equal(await failureOf(await withIndex(content.subarray(0, at))), 'archiveDamaged', `${at} bytes`);
    }
  });

  it('applies tombstones to earlier blocks', async () => {
    const later: TestRecord[] = [...messages(4, 1), { seq: 1, kind: 'tombstone' }, { seq: 4, kind: 'tombstone' }];
    const files = await blocks(messages(1, 3), [...later, { seq: 1, kind: 'tombstone' }]);
    const summary = await verify(await archive(files));
    assert.equal(summary.messages, 2);
    assert.deepEqual([summary.firstSeq, summary.lastSeq, summary.hasTombstones], [2n, 4n, true]);
    // The sizes of the deleted records are known no more.
    assert.deepEqual([summary.exact, summary.bytes], [false, 168]);
  });

  it('knows an empty stream from one that was never used', async () => {
    assert.deepEqual(await figures(await blocks([])), {
      messages: 0,
      bytes: 0,
      firstSeq: 0n,
      lastSeq: 0n,
      exact: true,
    });
    assert.deepEqual(await figures([]), { messages: 0, bytes: 0, firstSeq: 0n, lastSeq: 0n, exact: true });
    const purged = await figures(await blocks([{ seq: 50, kind: 'tombstone' }]));
    assert.deepEqual(purged, { messages: 0, bytes: 0, firstSeq: 51n, lastSeq: 50n, exact: true });
    const begun = await figures(await blocks([]), { first_seq: 1000 });
    assert.deepEqual(begun, { messages: 0, bytes: 0, firstSeq: 1000n, lastSeq: 999n, exact: true });
  });

  it('reads the indexes of a 2.9 server, which alone know its deletes', async () => {
    const content = await block('S', 1, messages(1, 5));
    const trusted = blockIndexFile(1, content, { bytes: 126, first: 2, last: 5, deleted: [4] });
    const expected = { messages: 3, bytes: 126, firstSeq: 2n, lastSeq: 5n, exact: true };
    assert.deepEqual(await figures([trusted, blockFile(1, content)], { max_msgs: 3 }), expected);
    const fss = { path: 'msgs/1.fss', content: 'anything' };
    assert.deepEqual(await figures([trusted, fss, blockFile(1, content)], { max_msgs: 3 }), expected);

    // The block is newer than its index: the deletes hold, and what came later is added.
    const older = blockIndexFile(1, content.subarray(0, 168), { bytes: 84, first: 2, last: 4, deleted: [3] });
    const rebuilt = { messages: 3, bytes: 126, firstSeq: 2n, lastSeq: 5n };
    assert.deepEqual(await figures([older, blockFile(1, content)]), { ...rebuilt, exact: true });
    assert.deepEqual(await figures([older, blockFile(1, content)], { max_msgs: 3 }), { ...rebuilt, exact: false });

    const empty = blockIndexFile(1, new Uint8Array(0), { bytes: 0, first: 51, last: 50 });
    assert.deepEqual(await figures([empty, blockFile(1, new Uint8Array(0))]), {
      ...{ messages: 0, bytes: 0, firstSeq: 51n, lastSeq: 50n },
      exact: true,
    });
  });

  it('refuses an index of 2.9 that claims more than its block holds, or comes late, or is cut', async () => {
    const content = await block('S', 1, messages(1, 3));
    const claims = blockIndexFile(1, content, { bytes: 168, first: 1, last: 4 });
    assert.equal(await failureOf(await archive([claims, blockFile(1, content)])), 'archiveDamaged');
    const good = blockIndexFile(1, content, { bytes: 126, first: 1, last: 3 });
    assert.equal(await failureOf(await archive([good, blockFile(1, content)])), undefined);
    assert.equal(await failureOf(await archive([blockFile(1, content), good])), 'archiveDamaged');
    for (let size = 0; size < good.content.length; size++) {
      const cut = { path: good.path, content: good.content.slice(0, size) };
      assert.equal(await failureOf(await archive([cut, blockFile(1, content)])), 'archiveDamaged', `${size} bytes`);
    }
  });

  it('says what the server wrote when it gave up', async () => {
    const text = 'Could not read message block [3]: input/output error';
    const bytes = await archive([...(await blocks(messages(1, 3))), { path: 'errors.txt', content: text }]);
    await assert.rejects(verify(bytes, { stream: 'S' }), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'archiveTruncated');
      assert.match(error.message, /stream "S"/);
      assert.ok(error.message.includes(text), error.message);
      return true;
    });
  });

  it('refuses the archive of another stream', async () => {
    const bytes = await archive(await blocks(messages(1, 3)));
    await assert.rejects(verify(bytes, { stream: 'T' }), { code: 'archiveMismatch' });
  });

  it('reads consumers of a Windows server', async () => {
    const files = await consumerFiles('S', 'NEW', noPending);
    const windows = files.map(({ path, content }) => ({ path: path.replaceAll('/', '\\'), content }));
    assert.deepEqual(
      (await verify(await archive(windows))).consumers.map(({ name }) => name),
      ['NEW'],
    );
  });

  it('takes the name of a consumer from its folder', async () => {
    const meta = await metaFiles('S', { Created: '2022-03-08T00:00:00Z', Name: '', durable_name: 'old' }, 'old');
    const files = [...meta, { path: 'obs/old/o.dat', content: Uint8Array.from(noPending) }];
    assert.deepEqual((await verify(await archive(files))).consumers[0]?.config, { durable_name: 'old' });
  });

  it('refuses what is missing, doubled, misplaced, unknown or does not match', async () => {
    const [meta, sum] = (await streamMeta('S')) as [TestFile, TestFile];
    const [one] = (await blocks(messages(1, 3))) as [TestFile];
    const [cMeta, cSum, cState] = (await consumerFiles('S', 'c', noPending)) as [TestFile, TestFile, TestFile];
    const [otherMeta] = (await consumerFiles('S', 'd', noPending)) as [TestFile];
    const path = (name: string): TestFile => ({ path: name, content: 'x' });
    const bad: Record<string, TestFile[]> = {
      'no files': [],
      'no meta.inf': [sum, one],
      'no meta.sum': [meta, one],
      'a block first': [one, meta, sum],
      'a consumer first': [cMeta, meta, sum, cSum, cState],
      'another meta.sum': [meta, cSum, one],
      'a long meta.sum': [meta, { path: 'meta.sum', content: `${String(sum.content)}\n` }],
      'meta.inf twice': [meta, sum, meta],
      'a block twice': [meta, sum, one, one],
      'a consumer without meta.inf': [meta, sum, cSum, cState],
      'a consumer without meta.sum': [meta, sum, cMeta, cState],
      'a consumer without o.dat': [meta, sum, cMeta, cSum],
      'a consumer with the meta.sum of another': [meta, sum, { ...otherMeta, path: cMeta.path }, cSum, cState],
      'a consumer of another name': [
        meta,
        sum,
        ...[cMeta, cSum, cState].map((file) => ({ ...file, path: file.path.replace('/c/', '/e/') })),
      ],
      'a block of another number': [meta, sum, { ...one, path: 'msgs/2.blk' }],
      'a bad o.dat': [meta, sum, cMeta, cSum, { path: cState.path, content: 'x' }],
      'a file outside': [meta, sum, path('../etc/passwd')],
      'an absolute path': [meta, sum, path('/meta.inf')],
      'an unknown file': [meta, sum, path('msgs/thw.db')],
      'an unknown file of a consumer': [meta, sum, path('obs/c/x')],
      'a consumer in a folder': [meta, sum, path('obs/a/b/o.dat')],
      'meta.inf that is no JSON': [path('meta.inf'), sum],
      'meta.inf that is a list': [{ path: 'meta.inf', content: '[]' }, sum],
      'meta.inf without a name': [{ path: 'meta.inf', content: '{"name":7}' }, sum],
    };
    for (const [what, files] of Object.entries(bad)) {
      const code = await failureOf(s2(tar(files)));
      assert.equal(code, 'archiveDamaged', what);
    }
  });

  it('names file, record and place in what it says', async () => {
    const content = await block('S', 1, messages(1, 3));
    content[42 + 30]! ^= 1;
    const bytes = await archive([blockFile(1, content)]);
    await assert.rejects(verify(bytes, { stream: 'S' }), (error: Error) => {
      assert.match(error.message, /^The archive of stream "S" is damaged: msgs\/1\.blk: .*byte 42, sequence 2,/);
      assert.match(error.message, /chunk 2, byte \d+ of the archive/);
      return true;
    });
  });
});
