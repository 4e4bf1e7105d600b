import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerInfo } from 'nats';
import { startCluster, type Cluster } from '../support/cluster';
import { writeContextFiles } from '../support/contextFiles';
import { eventually } from '../support/eventually';
import { withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

describe('the Contexts tree of a cluster, by clicks', () => {
  let folder: string;
  let cluster: Cluster;
  let leader: string;
  let vscode: VscodePage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clicks-'));
    cluster = await startCluster({ version });
    await withClient(cluster.url, async (_, jsm) => {
      await jsm.streams.add({ name: 'THREE', subjects: ['three'], num_replicas: 3 });
      await jsm.streams.add({ name: 'UNSEEN', subjects: ['unseen'], num_replicas: 3 });
      await jsm.consumers.add('THREE', { durable_name: 'READER' });
      leader = (await jsm.streams.info('THREE')).cluster?.leader ?? '';
    });
    const url = cluster.servers.map((server) => server.url).join(',');
    writeContextFiles(join(folder, 'config'), { cluster: { url } });
    mkdirSync(join(folder, 'workspace'));
    vscode = await openVscode({
      workspace: join(folder, 'workspace'),
      env: { XDG_CONFIG_HOME: join(folder, 'config') },
      theme: 'dark',
    });
    await vscode.openContainer('JetStream');
    await vscode.widenSideBar(560);
    await vscode.expandTreeRow('Contexts', /^cluster/);
  });
  after(async () => {
    await vscode?.close();
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows who holds a stream', async () => {
    await vscode.expandTreeRow('Contexts', /^THREE/);
    await vscode.expandTreeRow('Contexts', /^3 replicas/);
    await vscode.treeRow('Contexts', /^n1/);
    const [context, ...rows] = await vscode.treeRows('Contexts');
    assert.match(context ?? '', /^cluster \| nats:/);
    assert.deepEqual(rows.slice(0, 4), [
      'Account | file 0 B · memory 0 B · 2 streams · 1 consumer',
      'THREE | 0 messages · 0 B · R3',
      `3 replicas | leader ${leader} · cluster ${cluster.name}`,
      `${leader} | leader`,
    ]);
    assert.deepEqual(rows.slice(4), [
      ...['n1', 'n2', 'n3'].filter((name) => name !== leader).map((name) => `${name} | current`),
      'READER | pull · 0 pending',
      'UNSEEN | 0 messages · 0 B · R3',
    ]);
  });

  it('marks a stream that lost a replica, also where it differs from its file', async () => {
    const files = join(folder, 'workspace', 'jetstream-backups', 'cluster', 'config');
    mkdirSync(files, { recursive: true });
    writeFileSync(join(files, 'stream_THREE.json'), '{"name":"THREE","subjects":["three","four"],"num_replicas":3}');
    await eventually(async () => assert.equal(await vscode.rowBadge('Contexts', /^THREE/), 'M'));
    await eventually(async () => assert.equal(await vscode.rowBadge('Contexts', /^READER/), 'U'));
    // The tree is connected to the first.
    const lost = leader === 'n2' ? 'n3' : 'n2';
    await cluster.servers[Number(lost.slice(1)) - 1]?.stop();
    // The others take a while to notice.
    await eventually(async () => assert.deepEqual(await troubled(lost), ['THREE', 'UNSEEN']), 90_000);
    // Listed when all was well; what it learns while it opens shows on the row itself too.
    assert.equal(await vscode.rowBadge('Contexts', /^UNSEEN/), 'U');
    await vscode.expandTreeRow('Contexts', /^UNSEEN/);
    await eventually(async () => assert.match(await vscode.rowBadge('Contexts', /^UNSEEN/), /^[!~]$/));
    await vscode.contextMenu('Contexts', /^THREE/, 'Refresh');
    await vscode.treeRow('Contexts', new RegExp(`^${lost}(offline|lagging|not current)`));
    // What is broken matters more than what differs.
    await eventually(async () => assert.match(await vscode.rowBadge('Contexts', /^THREE/), /^[!~]$/));
    await vscode.screenshot('cluster-trouble-dark');
    await vscode.useTheme('light');
    await vscode.screenshot('cluster-trouble-light');
  });

  /** The streams whose leader says that a replica is lost. */
  const troubled = (lost: string) =>
    withClient(cluster.url, async (_, jsm) => {
      const streams = await jsm.streams.list().next();
      const isLost = ({ name, offline, current }: PeerInfo) => name === lost && (offline || !current);
      const hit = streams.filter(({ cluster: group }) => group?.leader && group.replicas?.some(isLost));
      return hit.map(({ config }) => config.name).sort();
    });
});
