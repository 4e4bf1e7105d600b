import assert from 'node:assert/strict';
import type { SourceConfiguration } from '../../../src/engine/backupSet/configurationSource';
import { AccountStreams } from '../../../src/engine/config/accountStreams';
import { compareSides } from '../../../src/engine/jobs/configurationComparison';
import { Planner } from '../../../src/engine/jobs/planner';
import type { StreamConfig, StreamInfo } from '../../../src/engine/model';
import { neverLong } from '../../support/threadLoad';

const never = new AbortController().signal;
const streams = 5000;

describe(`a plan of ${streams} streams`, () => {
  const server = { version: '2.14.9', clustered: false };
  const config = (number: number, more: object = {}): StreamConfig => ({
    name: `S${number}`,
    subjects: [`s.${number}.>`],
    storage: 'file',
    num_replicas: 1,
    ...more,
  });
  const state = { messages: 0 } as StreamInfo['state'];
  const numbers = Array.from({ length: streams }, (_, index) => index);
  const live = numbers.map((number): StreamInfo => ({ config: config(number), state, created: '' }));
  const sources = numbers.map((number): SourceConfiguration => {
    const wanted = config(number, { description: 'reviewed' });
    return { kind: 'stream', stream: wanted.name, config: wanted, file: `/config/${number}`, form: 'plain' };
  });
  const planner = (present: StreamInfo[]) => {
    const consumers = new Map<never, never>();
    const unread = { streams: consumers, consumers, consumer: consumers };
    const known = {
      streams: new Map(present.map((info) => [info.config.name, info])),
      consumers,
      ephemeral: consumers,
    };
    return new Planner(
      { ...known, unread },
      { ...server, streams: new AccountStreams(present.map((info) => info.config)) },
    );
  };

  it('is made without holding up the thread', async () => {
    for (const [present, action] of [
      [[], 'create'],
      [live, 'update'],
    ] as const) {
      const planned = await neverLong(action, () => planner([...present]).planAll(sources, true, never));
      assert.equal(planned.filter(({ change }) => change.action === action).length, streams);
    }
  });

  it('is compared without holding up the thread', async () => {
    const right = live.map((info) => ({ kind: 'stream' as const, stream: info.config.name, config: info.config }));
    const states = { same: 'same', differs: 'differs', onlyLeft: 'left', onlyRight: 'right' };
    const pairs = await neverLong('comparing', () => compareSides(sources, right, states, server));
    assert.ok(pairs.every(({ compared }) => compared.state === 'differs'));
  });

  it('ends when it is cancelled', async () => {
    const cancel = new AbortController();
    const planning = planner([]).planAll(sources, true, cancel.signal);
    cancel.abort();
    await assert.rejects(planning, { code: 'cancelled' });
  });
});
