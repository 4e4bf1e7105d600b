import assert from 'node:assert/strict';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../../../src/engine/config/canonicalJson';
import type { ConsumerConfig, StreamConfig } from '../../../src/engine/model';
import { parseJson } from '../../../src/engine/util/losslessJson';

const stream = (text: string) => canonicalStreamConfig(parseJson(text) as StreamConfig);

describe('canonicalJson', () => {
  it("writes a stream's fields in the server's order, unknown ones after them sorted, with a final newline", () => {
    const text = stream(
      `{"zeta":1,"storage":"file","alpha":{"y":2,"x":[{"b":1,"a":2}]},"subjects":["b","a"],"name":"ORDERS",
        "sources":[{"external":{"deliver":"","api":"$JS.A.API"},"name":"O","mystery":1,"opt_start_seq":7}]}`,
    );
    assert.equal(
      text,
      `{
  "name": "ORDERS",
  "subjects": [
    "b",
    "a"
  ],
  "storage": "file",
  "sources": [
    {
      "name": "O",
      "opt_start_seq": 7,
      "external": {
        "api": "$JS.A.API",
        "deliver": ""
      },
      "mystery": 1
    }
  ],
  "alpha": {
    "x": [
      {
        "a": 2,
        "b": 1
      }
    ],
    "y": 2
  },
  "zeta": 1
}
`,
    );
  });

  it('gives the same bytes whatever the order of the members was', () => {
    assert.equal(
      stream('{"name":"A","metadata":{"b":"1","a":"2"},"max_age":0}'),
      stream('{"max_age":0,"metadata":{"a":"2","b":"1"},"name":"A"}'),
    );
  });

  it("leaves out the server's three metadata keys and nothing else", () => {
    const kept = parseJson(
      stream('{"name":"A","metadata":{"_nats.ver":"2.14.9","_nats.level":"4","_nats.req.level":"0","_nats.x":"y"}}'),
    );
    assert.deepEqual(kept, { name: 'A', metadata: { '_nats.x': 'y' } });
    assert.equal(stream('{"name":"A","metadata":{"_nats.req.level":"0"}}'), stream('{"name":"A"}'));
  });

  it('keeps integers beyond 2^53, empty and false values, null and a member called __proto__', () => {
    const text =
      '{"name":"A","max_bytes":9223372036854775807,"sealed":false,"consumer_limits":{},"metadata":{"__proto__":"x"},"n":null}';
    assert.equal(stream(text).replace(/\s+/g, ''), text);
  });

  it("writes a consumer's fields in the server's order", () => {
    const config = parseJson(
      '{"name":"NEW","num_replicas":0,"durable_name":"NEW","ack_wait":30000000000,"metadata":{"_nats.ver":"2.15.2"}}',
    ) as ConsumerConfig;
    const written = parseJson(canonicalConsumerConfig(config)) as object;
    assert.deepEqual(Object.keys(written), ['durable_name', 'name', 'ack_wait', 'num_replicas']);
  });
});
