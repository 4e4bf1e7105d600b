import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import { isKnownTo, schemaFields, schemaProblems, type ConfigurationKind } from '../support/configurationSchemas';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings } from '../support/engineRun';
import { askServer, makeRichStreams } from '../support/richStreams';
import { makeSampleStreams, withClient } from '../support/sampleStreams';
import { useTempDir } from '../support/tempDir';

/** What the server says to a request that it can read and that is not what its subject says. */
const mismatches = [10056, 10060, 10094, 10131];
const invalidJson = 10025;

eachServer('configuration schemas', (server, version) => {
  const minor = Number(version.split('.')[1]);
  const temp = useTempDir();

  it('accept every file that is exported', async () => {
    await makeSampleStreams(server().url);
    await withClient(server().url, (nc) => makeRichStreams(nc, minor));
    const directory = join(temp(), 'config');
    const run = backupConfiguration(
      { settings: plainSettings(server().url), directory, removeGone: false },
      new AbortController().signal,
    );
    const { result } = await finishRun(run);
    assert.deepEqual(result.failed, []);
    const seen = { stream: new Set<string>(), consumer: new Set<string>() };
    for (const file of readdirSync(directory)) {
      const config = JSON.parse(readFileSync(join(directory, file), 'utf8')) as object;
      const kind = file.includes('_consumer_') ? 'consumer' : 'stream';
      assert.deepEqual(schemaProblems(kind, config), [], file);
      for (const path of pathsIn(config)) seen[kind].add(path);
    }
    for (const kind of ['stream', 'consumer'] as const) {
      const listed = schemaFields(kind);
      const unlisted = [...seen[kind]].filter((path) => !path.startsWith('metadata.') && !listed.has(path));
      assert.deepEqual(unlisted, [], `fields of a ${kind} that the schema does not list`);
      const young = [...seen[kind]].filter(
        (path) => listed.has(path) && !isKnownTo(minor, String(listed.get(path)?.markdownDescription)),
      );
      assert.deepEqual(young, [], `fields that the schema says a server ${version} does not know`);
    }
  });

  for (const kind of ['stream', 'consumer'] as const) {
    it(`list the values that the server can read in a ${kind}, and no others`, async () => {
      await withClient(server().url, async (nc) => {
        for (const [field, { enum: values, markdownDescription, ...schema }] of schemaFields(kind)) {
          if (values === undefined || !isKnownTo(minor, String(markdownDescription))) continue;
          const meanings = schema['markdownEnumDescriptions'] as string[];
          for (const [index, value] of (values as string[]).entries()) {
            const expected = isKnownTo(minor, meanings[index] ?? '') ? 'read' : 'not read';
            assert.equal(await howIsRead(nc, kind, field, value), expected, `${field} ${value}`);
          }
          assert.equal(await howIsRead(nc, kind, field, 'no such value'), 'not read', field);
        }
      });
    });

    it(`ask for the types that the server can read in a ${kind}`, async () => {
      await withClient(server().url, async (nc) => {
        for (const [field, { type, markdownDescription }] of schemaFields(kind)) {
          if (type === undefined || field.includes('.') || !isKnownTo(minor, String(markdownDescription))) continue;
          const wrong = type === 'string' ? 7 : 'text';
          assert.equal(await howIsRead(nc, kind, field, wrong), 'not read', `${field} ${wrong}`);
        }
      });
    });
  }
});

/** Whether the server can read a value. Nothing is made: the request contradicts its own subject. */
async function howIsRead(nc: NatsConnection, kind: ConfigurationKind, field: string, value: unknown): Promise<string> {
  const [subject, request] =
    kind === 'stream'
      ? ['STREAM.CREATE.ONE', { name: 'TWO', [field]: value }]
      : ['CONSUMER.DURABLE.CREATE.ORDERS.C', { stream_name: 'OTHER', config: { durable_name: 'C', [field]: value } }];
  const { error } = await askServer(nc, subject, request);
  if (error?.err_code === invalidJson) return 'not read';
  assert.ok(
    error !== undefined && mismatches.includes(error.err_code),
    `${field} ${String(value)}: ${JSON.stringify(error)}`,
  );
  return 'read';
}

function pathsIn(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => pathsIn(element, prefix));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [`${prefix}${name}`, ...pathsIn(inner, `${prefix}${name}.`)]);
}
