import assert from 'node:assert/strict';
import { clampChunkSize, clampWindowSize, serverRules } from '../../../src/engine/nats/serverRules';

describe('serverRules', () => {
  it('changes each rule in the release that changed it', () => {
    assert.equal(serverRules('2.12.4').hasWindowSize, false);
    assert.equal(serverRules('2.12.5').hasWindowSize, true);
    assert.equal(serverRules('2.12.5').restoreWindow.chunks, 2);
    assert.equal(serverRules('2.12.6').restoreWindow.chunks > 2, true);
    assert.equal(serverRules('2.14.9').archiveFormat, 'v1');
    assert.equal(serverRules('2.15.0').archiveFormat, 'v2');
    assert.equal(serverRules('2.14.9').memorySnapshots, false);
    assert.equal(serverRules('2.9.10').readsTombstones, false);
    assert.equal(serverRules('2.10.0').readsTombstones, true);
    assert.deepEqual(
      ['2.12.4', '2.12.5', '2.14.9', '2.15.0'].map((version) => serverRules(version).bareErrorEndsSnapshot),
      [false, true, true, false],
    );
  });

  it('reads pre-releases and takes the careful side for what it cannot read', () => {
    assert.equal(serverRules('2.15.0-preview.1').archiveFormat, 'v2');
    assert.equal(serverRules('v3.0.0').hasWindowSize, true);
    assert.equal(serverRules('unknown').restoreWindow.chunks, 2);
  });

  it('keeps sizes in the range that no server mistakes', () => {
    assert.equal(clampChunkSize(-1), 1024);
    assert.equal(clampChunkSize(1e12), 1024 * 1024);
    assert.equal(clampWindowSize(1e12), 32 * 1024 * 1024);
  });
});
