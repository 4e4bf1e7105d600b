import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageType } from 'nats';
import { commands } from 'vscode';
import type { BackupResult, RestoreResult, VerifyResult } from '../../src/extension/api';
import { ContextStore } from '../../src/engine';
import { writeManifest } from '../../src/engine/backupSet/manifestFile';
import { BackupSets } from '../../src/extension/services/backupSets';
import { Connections } from '../../src/extension/services/connections';
import { Contexts } from '../../src/extension/services/contexts';
import { ContextSecrets } from '../../src/extension/services/contextSecrets';
import { Disposables } from '../../src/extension/services/disposables';
import { Drift } from '../../src/extension/services/drift';
import { OpenedFolders } from '../../src/extension/services/openedFolders';
import { ProgramConsent } from '../../src/extension/services/programConsent';
import { RefreshRequests } from '../../src/extension/services/refreshRequests';
import { Settings } from '../../src/extension/services/settings';
import { Log } from '../../src/extension/ui/log';
import { createBackupsTree } from '../../src/extension/views/backups/backupsView';
import { ContextsTree } from '../../src/extension/views/contexts/contextsView';
import type { RowTree } from '../../src/extension/views/rowTree';
import { makeBigStream } from '../support/bigStream';
import { newMemento, newSecrets } from '../support/extensionState';
import { writeContext } from '../support/hostContext';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { deleteStream, withClient } from '../support/sampleStreams';
import { measureThread } from '../support/threadLoad';
import { natsServerVersions } from '../support/tools';
import { archiveBytes, content } from '../unit/backupSet/sampleSet';

/** Milliseconds of processor time for which VS Code's thread may be held up at once. */
const longestBlock = 50;
/** Of the processor time of the whole process, what may be spent on that thread while a stream's bytes pass. */
const largestShare = 0.25;
/** VS Code and its own extensions work on this thread too, now and then; what is ours is there each time. */
const rounds = 3;

const version = natsServerVersions.at(-1) ?? '';
/** Of a server: ten pages of its listing, because making more takes a server long. */
const liveStreams = 2500;
const tenThousand = Array.from({ length: 10_000 }, (_, index) => `STREAM_${index}`);

describe("VS Code's thread", () => {
  let folder: string;
  let server: NatsServer;
  const owned = new Disposables();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'thread-'));
    server = await startNatsServer({ version });
  });
  after(async () => {
    owned.dispose();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is free while 200 MiB are backed up, verified and restored', async () => {
    await makeBigStream(server.url, { name: 'BIG', megabytes: 200, mixed: true });
    writeContext('thread', { url: server.url });
    const directory = join(folder, 'backups');
    await staysFree(async () => {
      const before = process.cpuUsage();
      const { total, longestBlock: block } = await measureThread(async () => {
        const options = { context: 'thread', data: true, directory };
        const made = await commands.executeCommand<BackupResult>('jetstream.backupAccount', options);
        const source = made.directory ?? '';
        const verified = await commands.executeCommand<VerifyResult>('jetstream.verifyBackup', { source });
        assert.deepEqual([made.streams[0]?.outcome, verified.whole], ['backedUp', true]);
        await deleteStream(server.url, 'BIG');
        const back = await commands.executeCommand<RestoreResult>('jetstream.restoreStream', {
          context: 'thread',
          source,
        });
        assert.deepEqual([back.streams[0]?.outcome, back.streams[0]?.differences], ['restored', []]);
      });
      const { user, system } = process.cpuUsage(before);
      const all = (user + system) / 1000;
      const figures = `${total.toFixed(0)} of ${all.toFixed(0)} ms of processor time were spent on it`;
      assert.ok(total < largestShare * all, figures);
      return { block, figures };
    });
  }).timeout(300_000);

  it(`is free while ${liveStreams} streams of a server are listed`, async () => {
    const names = tenThousand.slice(0, liveStreams);
    await withClient(server.url, async (_, jsm) => {
      const make = (name: string) => jsm.streams.add({ name, subjects: [name], storage: StorageType.Memory });
      for (let at = 0; at < names.length; at += 100) await Promise.all(names.slice(at, at + 100).map(make));
    });
    writeContext('many', { url: server.url });
    const tree = contextsTree(owned);
    await staysFree(async () => {
      const { result, ...load } = await measureThread(async () => {
        const contexts = await tree.getChildren();
        const row = contexts.find((each) => each.context === 'many');
        return await tree.getChildren(row);
      });
      assert.ok(result.length >= names.length, `${result.length} rows`);
      return { block: load.longestBlock, figures: `${result.length} rows` };
    });
  }).timeout(300_000);

  it('is free while a backup of 10,000 streams is found and opened', async () => {
    const path = join(folder, 'large');
    await writeLargeSet(path);
    const { tree, sets } = await backupsTree(owned, path);
    await staysFree(async () => {
      const { result, ...load } = await measureThread(async () => {
        const set = (await tree.getChildren()).find((row) => row.path === path);
        assert.ok(set, 'the set is not listed');
        return await tree.getChildren(set);
      });
      assert.equal(result.length, tenThousand.length);
      sets.refresh();
      return { block: load.longestBlock, figures: `${result.length} rows` };
    });
  }).timeout(300_000);
});

/** Passes as soon as one round holds the thread up for no longer than it may be. */
async function staysFree(round: () => Promise<{ block: number; figures: string }>): Promise<void> {
  const blocks: string[] = [];
  for (let count = 1; count <= rounds; count++) {
    const { block, figures } = await round();
    if (block <= longestBlock) return;
    blocks.push(`${block.toFixed(1)} ms (${figures})`);
  }
  assert.fail(`it was held up for ${blocks.join(', ')}`);
}

/** The rows of the Contexts view over services of their own. */
function contextsTree(owned: Disposables): RowTree {
  const log = owned.add(new Log());
  const requests = owned.add(new RefreshRequests());
  const secrets = new ContextSecrets(newSecrets());
  const contexts = owned.add(new Contexts(new ContextStore(), secrets, new ProgramConsent(newMemento()), log));
  const connections = owned.add(new Connections(contexts, log));
  const sets = owned.add(new BackupSets(new Settings(), owned.add(new OpenedFolders(newMemento())), requests));
  const drift = owned.add(new Drift(sets, requests, log));
  return owned.add(new ContextsTree(contexts, { connections, drift }, requests));
}

/** The rows of the Backups view over services of their own, with one folder opened. */
async function backupsTree(owned: Disposables, folder: string): Promise<{ tree: RowTree; sets: BackupSets }> {
  const requests = owned.add(new RefreshRequests());
  const opened = owned.add(new OpenedFolders(newMemento()));
  const sets = owned.add(new BackupSets(new Settings(), opened, requests));
  await opened.add(folder);
  return { tree: owned.add(createBackupsTree(sets)), sets };
}

/** What is looked at when a set is opened. Nothing is flushed, and the archives are no more than their beginning. */
async function writeLargeSet(set: string): Promise<void> {
  const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  const files: { path: string; size: number; sha256: string }[] = [];
  const write = (path: string, bytes: string | Buffer) => {
    writeFileSync(join(set, path), bytes);
    files.push({ path, size: bytes.length, sha256: sha256(bytes) });
  };
  for (const name of tenThousand) {
    mkdirSync(join(set, 'data', name), { recursive: true });
    files.push({ path: `config/stream_${name}.json`, size: 600, sha256: sha256(name) });
    write(`data/${name}/backup.json`, JSON.stringify({ config: { name }, state: { messages: 3 } }));
    write(`data/${name}/stream.tar.s2`, archiveBytes);
  }
  const { streams, ...rest } = content(tenThousand);
  await writeManifest(set, { ...rest, streams: streams.map((stream) => ({ ...stream, folder: stream.name })), files });
}
