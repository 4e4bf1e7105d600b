import assert from 'node:assert/strict';
import { originsFirst } from '../../../src/engine/config/feeds';
import type { StreamConfig } from '../../../src/engine/model';

describe('originsFirst', () => {
  const names = (streams: StreamConfig[]) => originsFirst(streams, (stream) => stream).map((stream) => stream.name);

  it('puts a mirror and a sourced stream after the streams they read, also through several steps', () => {
    const copy: StreamConfig = { name: 'COPY', mirror: { name: 'ALL' } };
    const all: StreamConfig = { name: 'ALL', sources: [{ name: 'A' }, { name: 'B' }] };
    assert.deepEqual(names([copy, all, { name: 'B' }, { name: 'A' }]), ['A', 'B', 'ALL', 'COPY']);
  });

  it('keeps the order of the others, ignores origins of other accounts, and ends in a circle', () => {
    assert.deepEqual(names([{ name: 'Z' }, { name: 'A' }]), ['Z', 'A']);
    const foreign: StreamConfig = { name: 'M', mirror: { name: 'N', external: { api: '$JS.x.API' } } };
    assert.deepEqual(names([foreign, { name: 'N' }]), ['M', 'N']);
    const circle: StreamConfig[] = [
      { name: 'X', sources: [{ name: 'Y' }] },
      { name: 'Y', sources: [{ name: 'X' }] },
    ];
    assert.deepEqual(names(circle).sort(), ['X', 'Y']);
  });
});
