import assert from 'node:assert/strict';
import { AccountStreams } from '../../../src/engine/config/accountStreams';
import {
  configurationToSend,
  judgeConsumerUpdate,
  judgeCreate,
  judgeStreamUpdate,
} from '../../../src/engine/config/judge';
import type { JudgedServer } from '../../../src/engine/config/judgedServer';
import type { StreamConfig } from '../../../src/engine/model';

const on = (version: string, more: Partial<JudgedServer> = {}): JudgedServer => ({
  version,
  clustered: false,
  streams: new AccountStreams(),
  ...more,
});
const stream = (more: object = {}): StreamConfig => ({ name: 'S', subjects: ['s.>'], ...more });

/** The fields with their verdicts. */
const verdicts = (changes: { field: string; verdict: string }[]) =>
  Object.fromEntries(changes.map(({ field, verdict }) => [field, verdict]));

/**
 * Versions between those that the tests have as servers; what the rules say of 2.9.10, 2.14.9 and 2.15.2 is tested
 * against these.
 */
describe('the verdicts for servers of other versions', () => {
  const cases: [what: string, version: string, from: object, to: object, expected: Record<string, string>][] = [
    ['max_consumers', '2.12.4', {}, { max_consumers: 5 }, { max_consumers: 'refused' }],
    ['max_consumers', '2.12.5', {}, { max_consumers: 5 }, { max_consumers: 'applies' }],
    ['retention to interest', '2.10.0', {}, { retention: 'interest' }, { retention: 'applies' }],
    ['retention to workqueue', '2.10.0', {}, { retention: 'workqueue' }, { retention: 'refused' }],
    ['republish', '2.10.0', {}, { republish: { src: '>', dest: 'r.>' } }, { republish: 'applies' }],
    ['allow_msg_ttl', '2.11.1', {}, { allow_msg_ttl: true }, { allow_msg_ttl: 'refused' }],
    ['allow_msg_ttl', '2.11.2', {}, { allow_msg_ttl: true }, { allow_msg_ttl: 'applies' }],
    ['allow_msg_ttl', '2.11.2', { allow_msg_ttl: true }, {}, { allow_msg_ttl: 'refused' }],
    ['a field of 2.12', '2.11.9', {}, { allow_atomic: true }, { allow_atomic: 'ignored' }],
    ['a field of 2.14', '2.12.0', {}, { allow_batched: true }, { allow_batched: 'refused' }],
    ['a field of 2.14 at its default', '2.12.0', {}, { allow_batched: false }, {}],
    ['a field of tomorrow', '2.16.0', {}, { tomorrow: 1 }, { tomorrow: 'applies' }],
    [
      'no mirror any more',
      '2.11.9',
      { subjects: [], mirror: { name: 'O' } },
      {},
      { mirror: 'refused', subjects: 'applies', duplicate_window: 'applies' },
    ],
    [
      'no mirror any more',
      '2.12.0',
      { subjects: [], mirror: { name: 'O' } },
      {},
      { mirror: 'applies', subjects: 'applies', duplicate_window: 'applies' },
    ],
  ];
  for (const [what, version, from, to, expected] of cases) {
    it(`${what} on ${version}: ${Object.values(expected)[0] ?? 'no change'}`, () => {
      assert.deepEqual(verdicts(judgeStreamUpdate(stream(from), stream(to), on(version))), expected);
    });
  }

  it('lets the storage of a consumer change up to 2.14.3 only', () => {
    const judged = (version: string) =>
      verdicts(judgeConsumerUpdate({ durable_name: 'C' }, { durable_name: 'C', mem_storage: true }, on(version)));
    assert.deepEqual(judged('2.14.3'), { mem_storage: 'applies' });
    assert.deepEqual(judged('2.14.4'), { mem_storage: 'refused' });
  });
});

describe('a judged change', () => {
  it('has no entry where both mean the same, whatever is written', () => {
    const one = stream({ max_msgs: 0, placement: {}, sources: [], metadata: { '_nats.ver': '2.15.2' } });
    const two = stream({
      max_msgs: -1,
      max_age: 0,
      compression: 'none',
      consumer_limits: {},
      duplicate_window: 120_000_000_000,
    });
    for (const version of ['2.9.10', '2.11.4', '2.15.2']) {
      assert.deepEqual(judgeStreamUpdate(one, two, on(version)), [], version);
      assert.deepEqual(judgeStreamUpdate(two, one, on(version)), [], version);
    }
  });

  it('keeps integers beyond 2^53, and does not take two of them for the same', () => {
    const changes = judgeStreamUpdate(
      stream({ max_bytes: 9007199254740992n }),
      stream({ max_bytes: 9007199254740993n }),
      on('2.15.2'),
    );
    assert.deepEqual(changes, [
      { field: 'max_bytes', from: '9007199254740992', to: '9007199254740993', verdict: 'applies' },
    ]);
  });

  it('names the stream whose subjects are taken', () => {
    const server = on('2.15.2', { streams: new AccountStreams([{ name: 'OTHER', subjects: ['o.*'] }]) });
    const [change] = judgeStreamUpdate(stream(), stream({ subjects: ['s.>', 'o.x'] }), server);
    assert.equal(change?.verdict, 'refused');
    assert.match(change?.reason ?? '', /o\.x overlaps o\.\* of stream OTHER/);
  });

  it('tells what else the server sets', () => {
    const changes = judgeStreamUpdate(stream({ max_age: 1e9 }), stream({ max_age: 1e9, sealed: true }), on('2.15.2'));
    assert.deepEqual(verdicts(changes), {
      sealed: 'applies',
      max_age: 'applies',
      discard: 'applies',
      deny_delete: 'applies',
      deny_purge: 'applies',
    });
    assert.match(changes.find(({ field }) => field === 'max_age')?.reason ?? '', /sealed/);
  });

  it('blames a rule that no change broke on its own field, as the whole request is refused', () => {
    const sealed = { sealed: true, deny_delete: true, deny_purge: true, discard: 'new' };
    const changes = judgeStreamUpdate(stream(sealed), stream({ sealed: true, description: 'x' }), on('2.15.2'));
    assert.deepEqual(verdicts(changes), { description: 'applies', deny_delete: 'refused', deny_purge: 'refused' });
  });

  it('of a new stream tells only what is refused or ignored', () => {
    assert.deepEqual(judgeCreate('stream', stream({ max_msgs: 5 }), on('2.9.10')), []);
    assert.deepEqual(verdicts(judgeCreate('stream', stream({ compression: 's2' }), on('2.9.10'))), {
      compression: 'ignored',
    });
    assert.deepEqual(verdicts(judgeCreate('stream', stream({ num_replicas: 3 }), on('2.15.2'))), {
      num_replicas: 'refused',
    });
    assert.deepEqual(judgeCreate('stream', stream({ num_replicas: 3 }), on('2.15.2', { clustered: true })), []);
  });
});

describe('what is sent', () => {
  it('leaves out what the server does not know where it is at its default, for streams and consumers', () => {
    const config = {
      ...stream(),
      template_owner: '',
      allow_batched: false,
      persist_mode: 'default',
      mirror: { name: 'O', consumer: null },
    };
    assert.deepEqual(configurationToSend('stream', config, '2.12.0'), {
      ...stream(),
      template_owner: '',
      persist_mode: 'default',
      mirror: { name: 'O' },
    });
    assert.deepEqual(configurationToSend('stream', config, '2.14.0'), {
      ...stream(),
      allow_batched: false,
      persist_mode: 'default',
      mirror: { name: 'O', consumer: null },
    });
    const consumer = {
      durable_name: 'C',
      sourcing: false,
      priority_policy: 'none',
      pause_until: '0001-01-01T00:00:00Z',
    };
    assert.deepEqual(configurationToSend('consumer', consumer, '2.9.10'), { durable_name: 'C' });
  });

  it('keeps what the server does not know where it is set, so that a person hears of it', () => {
    assert.deepEqual(
      configurationToSend('stream', stream({ compression: 's2' }), '2.9.10'),
      stream({ compression: 's2' }),
    );
  });
});
