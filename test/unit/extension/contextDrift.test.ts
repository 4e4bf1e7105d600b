import assert from 'node:assert/strict';
import type { FolderContent, JsonObject, SourceConfiguration, StreamConfig } from '../../../src/engine';
import { compareDrift, type DriftReport, type ListedLive } from '../../../src/extension/services/contextDrift';

const server = { version: '2.14.9', clustered: false };

function live(streams: StreamConfig[], rest: Partial<ListedLive> = {}): ListedLive {
  const byName = new Map(streams.map((config) => [config.name, config]));
  return { server, streams: byName, missing: new Set(), consumers: new Map(), ...rest };
}

function stream(config: StreamConfig, folder = '/config'): SourceConfiguration {
  const { name } = config;
  return { kind: 'stream', stream: name, config, form: 'plain', file: `${folder}/stream_${name}.json` };
}

function consumer(of: string, name: string, config: JsonObject = { durable_name: name }): SourceConfiguration {
  const file = `/config/stream_${of}_consumer_${name}.json`;
  return { kind: 'consumer', stream: of, consumer: name, config, form: 'plain', file };
}

function folder(configurations: SourceConfiguration[], files: string[] = [], path = '/config'): FolderContent {
  return { folder: path, configurations, problems: [], files: new Set(files) };
}

function kinds({ states, onlyInFiles }: DriftReport): string[] {
  const listed = [...states].map(([key, { kind }]) => `${key.replace('\0', '/')} ${kind}`);
  return [
    ...listed,
    ...onlyInFiles.map((each) => `${each.kind === 'stream' ? '' : `${each.consumer} of `}${each.stream} gone`),
  ];
}

describe('compareDrift', () => {
  const compare = (of: ListedLive, ...folders: FolderContent[]) => compareDrift(of, folders, new WeakMap());

  it('tells what differs, has no file, has an unusable one, and is in files only', async () => {
    const streams = [{ name: 'A', max_msgs: 5 }, { name: 'B' }, { name: 'C' }, { name: 'D', subjects: ['d'] }];
    const files = [stream({ name: 'A', max_msgs: 6 }), stream({ name: 'D', subjects: ['d'] }), stream({ name: 'Z' })];
    const report = await compare(live(streams), folder([...files, consumer('Z', 'W')], ['stream_C.json']));
    const expected = ['A differs', 'B withoutFile', 'C unreadable', 'D same', 'Z gone', 'W of Z gone'];
    assert.deepEqual(kinds(report), expected);
    const state = report.states.get('A');
    const changes = state?.kind === 'differs' ? state.changes : [];
    assert.deepEqual(
      changes.map(({ field, from, to }) => ({ field, from, to })),
      [{ field: 'max_msgs', from: 6, to: 5 }],
    );
  });

  it('takes defaults and the order of subjects for no difference', async () => {
    const of = live([{ name: 'A', subjects: ['x', 'y'], max_age: 0, max_msgs: -1, retention: 'limits' }]);
    assert.deepEqual(kinds(await compare(of, folder([stream({ name: 'A', subjects: ['y', 'x'] })]))), ['A same']);
  });

  it('knows of consumers only where they were listed', async () => {
    const files = folder([stream({ name: 'A' }), consumer('A', 'OLD'), consumer('A', 'NEW')]);
    assert.deepEqual(kinds(await compare(live([{ name: 'A' }]), files)), ['A same']);
    const consumers = new Map([
      [
        'A',
        new Map([
          ['NEW', { durable_name: 'NEW' }],
          ['MORE', { durable_name: 'MORE' }],
        ]),
      ],
    ]);
    const report = await compare(live([{ name: 'A' }], { consumers }), files);
    assert.deepEqual(kinds(report), ['A same', 'A/NEW same', 'A/MORE withoutFile', 'OLD of A gone']);
  });

  it('says nothing of a stream that no server answered for', async () => {
    const of = live([], { missing: new Set(['A']) });
    assert.deepEqual(kinds(await compare(of, folder([stream({ name: 'A' }), consumer('A', 'C')]))), []);
  });

  it('lets the file that differs count where two roots of the workspace have one', async () => {
    const folders = [folder([stream({ name: 'A' })]), folder([stream({ name: 'A', max_msgs: 1 }, '/two')], [], '/two')];
    const { states } = await compare(live([{ name: 'A' }]), ...folders);
    const state = states.get('A');
    assert.equal(state?.kind === 'differs' && state.file, '/two/stream_A.json');
  });
});
