import assert from 'node:assert/strict';
import { AccountStreams } from '../../src/engine/config/accountStreams';
import type { ConfigurationKind } from '../../src/engine/configurationResults';
import { judgeConsumerUpdate, judgeStreamUpdate } from '../../src/engine/config/judge';
import { fieldsOf } from '../../src/engine/config/knownFields';
import { isKnown } from '../../src/engine/config/serverFields';
import { connectForRun } from '../../src/engine/jobs/connectForRun';
import type { StreamConfig } from '../../src/engine/model';
import { JetStreamApi } from '../../src/engine/nats/jetstreamApi';
import { inParallel } from '../../src/engine/util/inParallel';
import { eachServer } from '../support/eachServer';
import { plainSettings } from '../support/engineRun';
import { consumerCases } from '../support/verdicts/consumerCases';
import { VerdictProof, type Kept, type Mismatch } from '../support/verdicts/proveVerdicts';
import { fieldsKnownTo } from '../support/verdicts/serverFields';
import { streamCases } from '../support/verdicts/streamCases';

const never = new AbortController().signal;
const cases = [...streamCases, ...consumerCases];

/** What each version made of each case, to compare versions with. */
const keptBy = new Map<string, Map<number, Kept>>();

eachServer('the verdicts of a plan', (server, version) => {
  const connected = async <T>(body: (api: JetStreamApi) => Promise<T>): Promise<T> => {
    const connection = await connectForRun(plainSettings(server().url), never);
    try {
      return await body(new JetStreamApi(connection));
    } finally {
      await connection.close();
    }
  };

  for (const kind of ['stream', 'consumer'] as const) {
    it(`are tested for every field of a ${kind} that the server knows, and for no other`, async () => {
      const found = await connected((api) => fieldsKnownTo(api.connection, version, kind));
      assert.ok(found.length >= 25, `only ${found.join(', ')}`);
      assert.deepEqual(found, knownByTable(kind, version));
      const tested = new Set(cases.filter((each) => each.kind === kind).map(({ field }) => field));
      assert.deepEqual(
        found.filter((field) => !tested.has(field)),
        [],
        'fields without a change to test',
      );
    });
  }

  it('are what the server does', async () => {
    await connected(async (api) => {
      const proof = new VerdictProof(api.connection, { version, clustered: false });
      const numbered = cases.map((each, number) => ({ each, number }));
      await inParallel(
        numbered.filter(({ each }) => each.alone !== true),
        16,
        ({ each, number }) => proof.prove(each, number),
      );
      for (const { each, number } of numbered) if (each.alone === true) await proof.prove(each, number);
      keptBy.set(version, proof.kept);
      assert.ok(proof.tried >= cases.length, `${proof.tried} requests for ${cases.length} cases`);
      if (proof.mismatches.length > 0)
        assert.fail(`${proof.mismatches.length} mismatches:\n${table(proof.mismatches)}`);
    });
  });
});

/** What versions really keep otherwise of the same request: the field that was tried, and what differs then. */
const realDifferences = [
  // 2.9 has no limits of a stream to take these from.
  'inactive_threshold: inactive_threshold',
  'inactive_threshold: max_ack_pending',
  'max_ack_pending: inactive_threshold',
  'max_ack_pending: max_ack_pending',
  // From 2.14 on a stream with sources has no window of its own accord.
  'duplicate_window: duplicate_window',
  'sources: duplicate_window',
  // 2.9 takes the stream of another account for the one of that name in this account.
  'mirror_direct: mirror_direct',
];

describe('a configuration file of one server version', () => {
  it('shows only what really differs on another, but for fields that one does not know', () => {
    const differences = new Set<string>();
    for (const [version, kept] of keptBy) {
      for (const [other, theirs] of keptBy) {
        if (other === version) continue;
        for (const [number, { kind, live, stream }] of kept) {
          const file = theirs.get(number)?.file;
          if (file === undefined || touchesNewFields(number, version, other)) continue;
          const server = {
            version,
            clustered: false,
            streams: new AccountStreams(),
            ...(stream === undefined ? {} : { stream }),
          };
          const changes =
            kind === 'stream'
              ? judgeStreamUpdate(live as StreamConfig, file as StreamConfig, server)
              : judgeConsumerUpdate(live, file, server);
          for (const { field } of changes) differences.add(`${cases[number]?.field}: ${field}`);
        }
      }
    }
    assert.deepEqual([...differences].sort(), keptBy.has('2.9.10') && keptBy.size > 1 ? realDifferences.sort() : []);
  });
});

/** Whether the configuration that is compared has a field that not both versions know. */
function touchesNewFields(number: number, ...versions: string[]): boolean {
  const one = cases[number];
  if (one === undefined) return false;
  const fields = [...Object.keys(one.from), ...Object.keys(one.prepare ?? {})];
  return versions.some((version) => fields.some((field) => !isKnown(fieldsOf(one.kind)[field], version)));
}

function knownByTable(kind: ConfigurationKind, version: string): string[] {
  return Object.entries(fieldsOf(kind))
    .flatMap(([name, field]) => (isKnown(field, version) ? [name] : []))
    .sort();
}

function table(mismatches: Mismatch[]): string {
  return mismatches
    .map(
      ({ field, change, foreseen, found }) =>
        `${field}: ${change.slice(0, 1500)}\n    foreseen: ${foreseen}\n    found:    ${found}`,
    )
    .join('\n');
}
