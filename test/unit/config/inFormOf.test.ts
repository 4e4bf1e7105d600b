import assert from 'node:assert/strict';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../../../src/engine/config/canonicalJson';
import { changesBetween, inFormOf } from '../../../src/engine/config/inFormOf';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../../../src/engine/model';
import { parseJson } from '../../../src/engine/util/losslessJson';

const server = { version: '2.15.2', clustered: false };

const live: StreamConfig = {
  name: 'ORDERS',
  subjects: ['orders.new', 'orders.old'],
  retention: 'limits',
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  discard: 'old',
  storage: 'file',
  num_replicas: 1,
  duplicate_window: 120_000_000_000,
  metadata: { 'owner.team': 'sales', '_nats.ver': '2.15.2' },
};

/** The lines of `right` that are not in `left`, and the other way round, as a diff shows them. */
function diff(left: string, right: string): string[] {
  const [a, b] = [left.split(/(?<=\n)/), right.split(/(?<=\n)/)];
  return [
    ...a.filter((line) => !b.includes(line)).map((line) => `- ${line.trim()}`),
    ...b.filter((line) => !a.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

function form(config: StreamConfig, text: string): string {
  const formed = inFormOf('stream', config, text, server);
  assert.deepEqual(changesBetween('stream', config, parseJson(formed) as JsonObject, server), []);
  return formed;
}

describe('a configuration in the form of a file', () => {
  const canonical = canonicalStreamConfig(live);

  it('is the file byte for byte where both mean the same', () => {
    const texts = {
      canonical,
      tabs: JSON.stringify(live, undefined, '\t'),
      'on one line, without a final newline': JSON.stringify(live),
      'with CRLF': canonical.replaceAll('\n', '\r\n'),
      'other order of keys and subjects': `{ "subjects": ["orders.old", "orders.new"],\n${canonical.replace('{\n', '').replace(/ {2}"subjects": \[[^\]]*\],\n/, '')}`,
    };
    for (const [name, text] of Object.entries(texts)) assert.equal(form(live, text), text, name);
  });

  it('changes one value and nothing else', () => {
    const changed = { ...live, max_age: 3_600_000_000_000 };
    assert.deepEqual(diff(canonical, form(changed, canonical)), ['- "max_age": 0,', '+ "max_age": 3600000000000,']);
    const tabs = JSON.stringify(live, undefined, '\t');
    assert.equal(form(changed, tabs), tabs.replace('"max_age": 0', '"max_age": 3600000000000'));
    const line = JSON.stringify(live);
    assert.equal(form(changed, line), line.replace('"max_age":0', '"max_age":3600000000000'));
  });

  it('keeps integers beyond 2^53, its own and those of the file', () => {
    const max = 9_007_199_254_740_993n;
    const text = canonical.replace('"max_bytes": -1', '"max_bytes": 9007199254740995');
    const formed = form({ ...live, max_msgs: max, max_bytes: 9_007_199_254_740_995n }, text);
    assert.deepEqual(diff(text, formed), ['- "max_msgs": -1,', '+ "max_msgs": 9007199254740993,']);
  });

  it('puts a new field where the order of fields has it, with the line ends of the file', () => {
    const text = canonical.replaceAll('\n', '\r\n');
    const formed = form({ ...live, description: 'all orders', deny_delete: true }, text);
    assert.match(formed, /"name": "ORDERS",\r\n {2}"description": "all orders",\r\n {2}"subjects"/);
    assert.match(formed, /"duplicate_window": 120000000000,\r\n {2}"deny_delete": true,\r\n {2}"metadata"/);
    assert.deepEqual(diff(text, formed), ['+ "description": "all orders",', '+ "deny_delete": true,']);
  });

  it('removes a field that the server has not, wherever it stands', () => {
    const { retention: _, ...rest } = live;
    void _;
    assert.deepEqual(diff(canonical, form(live, canonical.replace('{\n', '{\n  "description": "x",\n'))), []);
    const last = `${canonical.slice(0, -3)},\n  "zone": "a"\n}\n`;
    assert.equal(form(live, last), canonical);
    const only = '{ "zone": 1, "zone2": 2 }';
    assert.equal(inFormOf('stream', { name: 'A' }, only, server), '{ "name": "A" }');
    assert.equal(form(rest as StreamConfig, canonical), canonical, 'the default is no difference');
    const other = canonical.replace('"limits"', '"interest"');
    assert.equal(form(rest as StreamConfig, other).includes('"retention"'), false);
  });

  it('keeps lists on one line, and their order where it means nothing', () => {
    const text = '{\n\t"name": "ORDERS",\n\t"subjects": ["orders.old", "orders.new"]\n}';
    const config: StreamConfig = { name: 'ORDERS', subjects: ['orders.ever', 'orders.new', 'orders.old'] };
    assert.equal(
      form(config, text),
      '{\n\t"name": "ORDERS",\n\t"subjects": ["orders.old", "orders.new", "orders.ever"]\n}',
    );
    assert.equal(
      form({ ...config, subjects: ['orders.new'], placement: { cluster: 'C', tags: ['a', 'b'] } }, text),
      '{\n\t"name": "ORDERS",\n\t"subjects": ["orders.new"],\n\t"placement": {\n\t\t"cluster": "C",\n\t\t"tags": ["a", "b"]\n\t}\n}',
    );
  });

  it('keeps lists with a line for each', () => {
    const formed = form({ ...live, subjects: ['orders.new', 'orders.old', 'orders.ever'] }, canonical);
    assert.deepEqual(diff(canonical, formed), ['- "orders.old"', '+ "orders.old",', '+ "orders.ever"']);
  });

  it('changes members within, also those with dots in their names', () => {
    const text = canonical.replace('"sales"', '"buying"');
    assert.equal(form(live, text), canonical);
    const added = form({ ...live, metadata: { 'a.b': '1', 'owner.team': 'sales' } }, canonical);
    assert.deepEqual(diff(canonical, added), ['+ "a.b": "1",']);
    assert.equal(form({ ...live, metadata: {} }, canonical).includes('metadata'), false);
  });

  it('changes one source among several and leaves the others as they are written', () => {
    const sources = [
      { name: 'A', filter_subject: 'a' },
      { name: 'B', opt_start_seq: 7 },
    ];
    const text =
      '{ "name": "S",\n  "sources": [\n    { "name": "A", "filter_subject": "a" },\n    {"name":"B","opt_start_seq":5}\n  ] }\n';
    assert.equal(form({ name: 'S', sources }, text), text.replace('5}', '7}'));
    const more = form({ name: 'S', sources: [...sources, { name: 'C' }] }, text.replace('5}', '7}'));
    assert.match(more, /\{ "name": "A", "filter_subject": "a" \},\n {4}\{"name":"B","opt_start_seq":7\},\n {4}\{/);
  });

  it('is canonical where the file is none', () => {
    for (const text of ['', '[]', '{"name":', 'null']) assert.equal(form(live, text || ' '), canonical);
  });

  it('writes a consumer too', () => {
    const config: ConsumerConfig = { durable_name: 'NEW', name: 'NEW', ack_policy: 'explicit', max_deliver: 5 };
    const text = canonicalConsumerConfig({ ...config, max_deliver: 3 });
    const formed = inFormOf('consumer', config, text, server);
    assert.equal(formed, canonicalConsumerConfig(config));
    assert.equal(inFormOf('consumer', config, formed, server), formed);
  });
});
