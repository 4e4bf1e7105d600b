import assert from 'node:assert/strict';
import type { SchemaObject } from 'ajv';
import { consumerConfigOrder, streamConfigOrder, type Shape } from '../../../src/engine/config/fieldOrder';
import { consumerFieldUnits, streamFieldUnits } from '../../../src/engine/config/fieldUnits';
import { knownToServer } from '../../../src/engine/config/serverFields';
import { isKnownTo, schemaFields, schemaProblems, type ConfigurationKind } from '../../support/configurationSchemas';

const kinds: { kind: ConfigurationKind; order: Shape; units: typeof streamFieldUnits }[] = [
  { kind: 'stream', order: streamConfigOrder, units: streamFieldUnits },
  { kind: 'consumer', order: consumerConfigOrder, units: consumerFieldUnits },
];

for (const { kind, order, units } of kinds) {
  describe(`the schema of a ${kind}'s file`, () => {
    const fields = schemaFields(kind);

    it("has the server's fields in the order that files are written in", () => {
      assert.deepEqual([...fields.keys()], pathsOf(order));
    });

    it('says of each field what it is, its default and the servers that know it', () => {
      const wanted = ['name', 'durable_name', 'dest', 'api', 'deliver_subject'];
      for (const [path, { markdownDescription }] of fields) {
        const text = String(markdownDescription);
        assert.match(text, /(Every server from 2\.9 on|Server 2\.\d+ and later|Servers up to 2\.\d+)\.$/, path);
        if (!wanted.includes(path.split('.').at(-1) ?? '')) assert.match(text, /\bDefault: \S/, path);
        assert.match(text, /^[A-Z][^]{15,}\.\n\n/, path);
      }
    });

    it('states the unit of each integer', () => {
      const stated = [...fields].flatMap(([path, field]) => {
        const unit = /Unit: ([^.]+)\./.exec(String(field.markdownDescription))?.[1];
        return field.type === 'integer' || isIntegers(field) ? [[path, unit]] : [];
      });
      assert.deepEqual(
        Object.fromEntries(stated),
        Object.fromEntries(Object.entries(units).map(([path, { unit }]) => [path, unit])),
      );
    });

    it('says what each value of an enumeration means', () => {
      for (const [path, field] of fields) {
        const values = (field.enum ?? []) as string[];
        assert.equal(((field['markdownEnumDescriptions'] ?? []) as string[]).length, values.length, path);
        if (values.length > 0) assert.ok(values.includes(String(field.default)), `${path} has no default among them`);
      }
    });
  });
}

describe("the versions in the schema of a stream's file", () => {
  it('are those by which a configuration is made fit for a server', () => {
    const fields = [...schemaFields('stream')].filter(([path]) => !path.includes('.'));
    const all = { ...Object.fromEntries(fields.map(([name]) => [name, 'x'])), name: 'x' };
    for (const minor of [9, 10, 11, 12, 14, 15]) {
      const unknown = fields.filter(([, field]) => !isKnownTo(minor, String(field.markdownDescription)));
      assert.deepEqual(
        unknown.map(([name]) => name).sort(),
        knownToServer(all, `2.${minor}.9`).dropped.sort(),
        `to nats-server 2.${minor}`,
      );
    }
  });
});

const stream = (fields: object) => ({ name: 'S', storage: 'file', ...fields });
const consumer = (fields: object) => ({ durable_name: 'C', ack_policy: 'explicit', ...fields });

const right: [what: string, kind: ConfigurationKind, config: unknown][] = [
  ['a stream with what a person writes', 'stream', stream({ subjects: ['a.>'], max_age: 3_600_000_000_000 })],
  ['limits beyond 2^53', 'stream', stream({ max_bytes: 9007199254740994, first_seq: Number('18446744073709551615') })],
  ['fields that nobody knows', 'stream', stream({ tomorrow: { a: 1 }, mirror: { name: 'M', later: true } })],
  ['an age of 0', 'stream', stream({ max_age: 0 })],
  ['a name with a slash, which 2.9 allows', 'stream', stream({ name: 'a/b' })],
  ['a file of another tool', 'stream', { id: 7, url: 'https://example.com', items: [] }],
  ['a list of another tool', 'stream', [1, 2]],
  ['an envelope of the old command line', 'stream', { type: 'stream', checksum: '00', configuration: 'e30=' }],
  ['a consumer with what a person writes', 'consumer', consumer({ backoff: [1_000_000_000], sample_freq: '30%' })],
  ['a consumer named by name only', 'consumer', { name: 'C', ack_policy: 'none' }],
  ["a stream's configuration under a consumer's name", 'consumer', stream({ max_bytes: -1, num_replicas: 1 })],
];

const wrong: [what: string, kind: ConfigurationKind, config: unknown, problem: string][] = [
  ['an unknown retention', 'stream', stream({ retention: 'forever' }), '/retention must be equal to one of'],
  ['an unknown storage', 'stream', stream({ storage: 'disk' }), '/storage must be equal to one of'],
  ['an unknown discard', 'stream', stream({ discard: 'none' }), '/discard must be equal to one of'],
  ['an unknown compression', 'stream', stream({ compression: 'zip' }), '/compression must be equal to one of'],
  ['an unknown persist_mode', 'stream', stream({ persist_mode: 'sync' }), '/persist_mode must be equal to one of'],
  ['a duration as a text', 'stream', stream({ max_age: '24h' }), '/max_age must be integer'],
  ['an age below 100 ms', 'stream', stream({ max_age: 99_999_999 }), '/max_age must be >= 100000000'],
  ['a negative age', 'stream', stream({ max_age: -1 }), '/max_age must be >= 0'],
  ['a fraction', 'stream', stream({ max_msgs: 1.5 }), '/max_msgs must be integer'],
  ['six replicas', 'stream', stream({ num_replicas: 6 }), '/num_replicas must be <= 5'],
  ['subjects as a text', 'stream', stream({ subjects: 'a' }), '/subjects must be array'],
  ['a subject twice', 'stream', stream({ subjects: ['a', 'a'] }), '/subjects must NOT have duplicate items'],
  ['a name with a dot', 'stream', stream({ name: 'a.b' }), '/name must match pattern'],
  ['no name', 'stream', { subjects: ['a'] }, " must have required property 'name'"],
  ['a wrong type inside', 'stream', stream({ placement: { tags: 'a' } }), '/placement/tags must be array'],
  ['a mirror by name only', 'stream', stream({ mirror: 'M' }), '/mirror must be object'],
  ['a time that is none', 'stream', stream({ mirror: { name: 'M', opt_start_time: 'now' } }), '/mirror/opt_start_time'],
  ['metadata that is no text', 'stream', stream({ metadata: { a: 1 } }), '/metadata/a must be string'],
  ['an unknown deliver_policy', 'consumer', consumer({ deliver_policy: 'first' }), '/deliver_policy must be equal'],
  ['an unknown ack_policy', 'consumer', consumer({ ack_policy: 'some' }), '/ack_policy must be equal to one of'],
  ['an unknown replay_policy', 'consumer', consumer({ replay_policy: 'fast' }), '/replay_policy must be equal'],
  ['an unknown priority_policy', 'consumer', consumer({ priority_policy: 'x' }), '/priority_policy must be equal'],
  ['a wait as a text', 'consumer', consumer({ backoff: ['1s'] }), '/backoff/0 must be integer'],
  ['a sample_freq of words', 'consumer', consumer({ sample_freq: 'half' }), '/sample_freq must match pattern'],
  ['a group with a space', 'consumer', consumer({ priority_groups: ['a b'] }), '/priority_groups/0 must match'],
  ['no name at all', 'consumer', { ack_policy: 'none' }, " must have required property 'durable_name'"],
];

describe('configuration schemas', () => {
  for (const [what, kind, config] of right) {
    it(`accept ${what}`, () => assert.deepEqual(schemaProblems(kind, config), []));
  }
  for (const [what, kind, config, problem] of wrong) {
    it(`do not accept ${what}`, () => {
      const found = schemaProblems(kind, config);
      assert.ok(
        found.some((each) => each.startsWith(problem)),
        found.join('\n'),
      );
    });
  }
});

function pathsOf(shape: Shape, prefix = ''): string[] {
  return Object.entries(shape).flatMap(([name, inner]) => [`${prefix}${name}`, ...pathsOf(inner, `${prefix}${name}.`)]);
}

function isIntegers(field: SchemaObject): boolean {
  return field.type === 'array' && (field.items as SchemaObject).type === 'integer';
}
