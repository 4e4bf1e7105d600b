import assert from 'node:assert/strict';
import { endMark, entry, natsArchive, s2, stateEntry, uvarint, type TestEntry } from './makeArchive';
import { failureOf, verify } from './verify';

const message = (seq: number | bigint, body = `message ${seq}`): TestEntry => ({ name: 'a.b', seq, time: 1n, body });

const busyState = {
  delivered: { consumer_seq: 5, stream_seq: 9 },
  ack_floor: { consumer_seq: 2, stream_seq: 4 },
  pending: { '5': { Sequence: 3, Timestamp: 1 }, '9': { Sequence: 5, Timestamp: 1 } },
  redelivered: { '5': 2 },
};

function consumer(name: string, state: object | null = busyState, config: object | null = { name }): TestEntry {
  return { name: `consumers/${name}`, body: JSON.stringify({ config, state }) };
}

const three = { messages: 3, bytes: 1, first_seq: 5, last_seq: 9 };

function archive(...entries: TestEntry[]): Buffer {
  return s2(natsArchive(entries));
}

describe('natsArchive', () => {
  it('sums up messages and consumers', async () => {
    const withHeaders = { name: 'a.b', seq: 9, headers: 'NATS/1.0\r\nK: V\r\n\r\n', body: 'x' };
    const entries = [
      stateEntry({ ...three, consumer_count: 2 }),
      consumer('NEW'),
      consumer('mem', { delivered: { consumer_seq: 0, stream_seq: 0 }, ack_floor: { consumer_seq: 0, stream_seq: 0 } }),
      message(5),
      { name: '', seq: 7, time: 0n },
      withHeaders,
    ];
    const { consumers, archiveBytes, ...summary } = await verify(archive(...entries), { stream: 'ANY' });
    assert.deepEqual(summary, {
      format: 'v2',
      messages: 3,
      bytes: 30 + 3 + 9 + 30 + 34 + 3 + 18 + 1,
      firstSeq: 5n,
      lastSeq: 9n,
      exact: true,
      hasTombstones: false,
      uncompressedBytes: natsArchive(entries).length,
    });
    assert.ok(archiveBytes > 0);
    assert.deepEqual(consumers[0], {
      name: 'NEW',
      config: { name: 'NEW' },
      position: {
        delivered: { consumer: 5n, stream: 9n },
        ackFloor: { consumer: 2n, stream: 4n },
        ackPending: 2,
        redelivered: 1,
      },
    });
    assert.equal(consumers[1]?.position.ackPending, 0);
  });

  it('reads entries cut in chunks and slices of any size', async () => {
    const plain = natsArchive([
      stateEntry({ ...three, consumer_count: 1 }),
      consumer('c'),
      message(5),
      message(6),
      message(8),
    ]);
    for (const chunk of [1, 2, 3, 50, plain.length]) {
      for (const slice of [1, 13, 1 << 20]) assert.equal((await verify(s2(plain, chunk), { slice })).messages, 3);
    }
  });

  it('refuses every archive that is cut, with or without its chunk whole', async () => {
    const plain = natsArchive([
      stateEntry({ ...three, consumer_count: 1 }),
      consumer('c'),
      message(5),
      message(6),
      message(8),
    ]);
    const whole = s2(plain);
    for (let size = 0; size < plain.length; size++) {
      assert.equal(await failureOf(s2(plain.subarray(0, size))), 'archiveTruncated', `${size} plain bytes`);
    }
    for (let size = 0; size < whole.length; size++) {
      assert.equal(await failureOf(whole.subarray(0, size)), 'archiveTruncated', `${size} bytes`);
    }
  });

  it('refuses bytes after the end mark, but not padding', async () => {
    const plain = natsArchive([stateEntry({})]);
    const more = Buffer.concat([plain, Buffer.alloc(1)]);
    assert.equal(await failureOf(s2(more)), 'archiveDamaged');
    assert.equal(await failureOf(s2(more, plain.length)), 'archiveDamaged');
    assert.equal(await failureOf(Buffer.concat([s2(plain), Uint8Array.of(0xfe, 2, 0, 0, 1, 1)])), undefined);
    assert.equal(await failureOf(Buffer.concat([s2(plain), Buffer.from('garbage')])), 'archiveDamaged');
  });

  it('takes two S2 streams, the first padded with spaces, as the nats command line writes them', async () => {
    const state = stateEntry(three);
    const plain = natsArchive([
      { ...state, body: `${state.body}${' '.repeat(40)}` },
      message(5),
      message(6),
      message(9),
    ]);
    const two = Buffer.concat([s2(plain.subarray(0, 180)), s2(plain.subarray(180))]);
    assert.equal((await verify(two)).messages, 3);
  });

  it('says what a restore will show for an empty stream', async () => {
    const range = async (state: object) => {
      const { messages, firstSeq, lastSeq } = await verify(archive(stateEntry(state)));
      return [messages, firstSeq, lastSeq];
    };
    assert.deepEqual(await range({}), [0, 0n, 0n]);
    assert.deepEqual(await range({ first_seq: 1, last_seq: 0 }), [0, 0n, 0n]);
    assert.deepEqual(await range({ first_seq: 51, last_seq: 50 }), [0, 51n, 50n]);
    assert.deepEqual(await range({ first_seq: 1000, last_seq: 999 }), [0, 1000n, 999n]);
    // All messages were removed while the snapshot ran: the sequences are skipped.
    assert.deepEqual(await range({ ...three }), [0, 10n, 9n]);
  });

  it('keeps sequences beyond 2^53 exact', async () => {
    const large = (1n << 61n) + 1n;
    const body = `{"messages":1,"bytes":1,"first_seq":${large},"last_seq":${large},"consumer_count":0}`;
    const summary = await verify(archive({ name: 'state.json', body }, message(large)));
    assert.deepEqual([summary.firstSeq, summary.lastSeq], [large, large]);
  });

  it('takes fewer messages than were declared, since a live stream loses some', async () => {
    const summary = await verify(archive(stateEntry(three), message(6)));
    assert.deepEqual([summary.messages, summary.firstSeq, summary.lastSeq], [1, 6n, 9n]);
  });

  it('refuses what a 2.15 server would refuse', async () => {
    const pair = (consumer_seq: number, stream_seq: number) => ({ consumer_seq, stream_seq });
    const state = stateEntry({ ...three, consumer_count: 1 });
    const bad: Record<string, TestEntry[]> = {
      'no state.json': [message(5)],
      'state.json with a sequence': [{ ...stateEntry({}), seq: 1 }],
      'state.json that is no JSON': [{ name: 'state.json', body: '{' }],
      'state.json without messages': [{ name: 'state.json', body: '{"bytes":0,"first_seq":0,"last_seq":0}' }],
      'a fraction': [stateEntry({ messages: 0.5 })],
      'a negative count of consumers': [stateEntry({ consumer_count: -1 })],
      'a last without a first': [stateEntry({ last_seq: 4 })],
      'a first far after the last': [stateEntry({ first_seq: 9, last_seq: 4 })],
      'messages in an empty range': [stateEntry({ messages: 1, first_seq: 5, last_seq: 4 })],
      'more messages than sequences': [stateEntry({ ...three, messages: 6 })],
      'a consumer too few': [state, message(5)],
      'a consumer too many': [stateEntry(three), consumer('c')],
      'no consumer at all': [state],
      'a consumer twice': [stateEntry({ ...three, consumer_count: 2 }), consumer('c'), consumer('c')],
      'a consumer without a name': [state, consumer('')],
      'the entry that 2.15.0 writes for a consumer without a name': [state, { ...consumer('c'), name: 'consumers' }],
      'a consumer without config': [state, consumer('c', busyState, null)],
      'a consumer without state': [state, consumer('c', null)],
      'a consumer without delivered': [state, consumer('c', { ack_floor: pair(0, 0) })],
      'an ack floor above delivered': [state, consumer('c', { delivered: pair(1, 1), ack_floor: pair(1, 2) })],
      'an ack floor above delivered in the consumer': [
        state,
        consumer('c', { delivered: pair(1, 3), ack_floor: pair(2, 2) }),
      ],
      'pending at the ack floor': [state, consumer('c', { ...busyState, pending: { '4': {} } })],
      'pending above delivered': [state, consumer('c', { ...busyState, pending: { '10': {} } })],
      'pending that is no sequence': [state, consumer('c', { ...busyState, pending: { x: {} } })],
      'messages in reverse': [stateEntry(three), message(6), message(5)],
      'a message twice': [stateEntry(three), message(6), message(6)],
      'a message below the first': [stateEntry(three), message(4)],
      'a message above the last': [stateEntry(three), message(10)],
      'a message without a sequence': [stateEntry(three), message(0)],
      'an end mark with a name': [stateEntry(three), { name: 'x', time: 0n }],
    };
    for (const [what, entries] of Object.entries(bad)) {
      assert.equal(await failureOf(archive(...entries)), 'archiveDamaged', what);
    }
  });

  it('takes no size for granted', async () => {
    const state = Buffer.concat([Buffer.from('NATSARC1'), entry(stateEntry(three))]);
    const numbers = (...values: (number | bigint)[]) => Buffer.from(values.flatMap((value) => uvarint(value)));
    const bad: Record<string, Buffer> = {
      'a name of more than 1 MiB': numbers((1 << 20) + 1, 2, 5, 0, 0),
      'headers of 2^60 bytes': numbers(1, 2, 5, 1n << 60n, 0),
      'a message of 2^63 bytes': numbers(1, 2, 5, 0, 1n << 63n),
      'a message of 2 GiB': numbers(1, 2, 5, 0, 2 ** 31),
    };
    for (const [what, head] of Object.entries(bad)) {
      assert.equal(await failureOf(s2(Buffer.concat([state, head, endMark]))), 'limitExceeded', what);
    }
    const longState = Buffer.concat([Buffer.from('NATSARC1'), numbers(10, 2, 0, 0, 2 ** 30)]);
    assert.equal(await failureOf(s2(longState)), 'limitExceeded', 'state.json of 1 GiB');
    const overlong = Buffer.concat([state, Buffer.alloc(10, 0xff), endMark]);
    assert.equal(await failureOf(s2(overlong)), 'archiveDamaged', 'a number beyond 64 bits');
  });
});
