import assert from 'node:assert/strict';
import { describeChange, describeField } from '../../../src/engine/config/describeField';
import type { PlainValue } from '../../../src/engine/configurationResults';
import { formatDuration } from '../../../src/engine/util/formatDuration';

const durations: [nanoseconds: bigint, text: string][] = [
  [0n, '0 s'],
  [1n, '1 ns'],
  [1500n, '1.5 µs'],
  [100_000_000n, '100 ms'],
  [1_500_000_000n, '1.5 s'],
  [59_999_999_999n, '59.999999999 s'],
  [60_000_000_000n, '1 min'],
  [90_500_000_000n, '1 min 30.5 s'],
  [86_400_000_000_000n, '24 h'],
  [172_800_000_000_000n, '2 d'],
  [648_000_000_000_000n, '7 d 12 h'],
  [9_223_372_036_854_775_807n, '106751 d 23 h 47 min 16.854775807 s'],
  [-30_000_000_000n, '-30 s'],
];

describe('formatDuration', () => {
  for (const [nanoseconds, text] of durations) {
    it(`makes ${text} of ${nanoseconds}`, () => assert.equal(formatDuration(nanoseconds), text));
  }
});

const meanings: ['stream' | 'consumer', path: string[], value: bigint, text: string | undefined][] = [
  ['stream', ['max_age'], 86_400_000_000_000n, '24 h'],
  ['stream', ['max_age'], 0n, 'unlimited'],
  ['stream', ['max_bytes'], 1_073_741_824n, '1.0 GiB (1,073,741,824 bytes)'],
  ['stream', ['max_bytes'], -1n, 'unlimited'],
  ['stream', ['max_bytes'], 9_007_199_254_740_993n, '8.0 PiB (9,007,199,254,740,993 bytes)'],
  ['stream', ['max_msgs'], 1_000_000n, '1,000,000 messages'],
  ['stream', ['max_msgs'], 7n, undefined],
  ['stream', ['first_seq'], 18_446_744_073_709_551_615n, 'sequence 18,446,744,073,709,551,615'],
  ['stream', ['consumer_limits', 'inactive_threshold'], 300_000_000_000n, '5 min'],
  ['stream', ['inactive_threshold'], 300_000_000_000n, undefined],
  ['stream', ['sources', 'opt_start_seq'], 12_345n, 'sequence 12,345'],
  ['stream', ['toString'], 1n, undefined],
  ['consumer', ['backoff'], 5_000_000_000n, '5 s'],
  ['consumer', ['max_deliver'], -1n, 'unlimited'],
  ['consumer', ['rate_limit_bps'], 8_388_608n, '8,388,608 bits a second, 1.0 MiB a second'],
  ['consumer', ['num_replicas'], 0n, "as many as the stream's"],
];

describe('describeField', () => {
  for (const [kind, path, value, text] of meanings) {
    it(`says ${text ?? 'nothing'} of ${path.join('.')} ${value} of a ${kind}`, () => {
      assert.equal(describeField(kind, path, value), text);
    });
  }
});

const changes: ['stream' | 'consumer', field: string, from: PlainValue, to: PlainValue, text: string | undefined][] = [
  ['stream', 'max_age', 0, 86_400_000_000_000, 'unlimited → 24 h'],
  ['stream', 'max_bytes', '9007199254740993', 100, '8.0 PiB → 100 B'],
  ['stream', 'max_bytes', 100, 200, undefined],
  ['stream', 'max_msgs', -1, 1, 'unlimited → 1 message'],
  ['stream', 'max_msgs', 10, 20, undefined],
  ['stream', 'num_replicas', 1, 3, undefined],
  ['stream', 'consumer_limits.inactive_threshold', null, 300_000_000_000, 'not set → 5 min'],
  ['stream', 'description', '0', '1', undefined],
  ['stream', 'mirror.opt_start_seq', null, 5_000, 'not set → sequence 5,000'],
  ['consumer', 'backoff', [1_000_000_000], [1_000_000_000, 60_000_000_000], '1 s → 1 s, 1 min'],
  ['consumer', 'rate_limit_bps', 0, 8_388_608, 'unlimited → 1.0 MiB a second'],
];

describe('describeChange', () => {
  for (const [kind, field, from, to, text] of changes) {
    it(`says ${text ?? 'nothing'} of ${field} ${JSON.stringify(from)} to ${JSON.stringify(to)}`, () => {
      assert.equal(describeChange(kind, { field, from, to, verdict: 'applies' }), text);
    });
  }
});
