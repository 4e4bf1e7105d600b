import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from '../../src/engine/jobs/backup';
import { verifyBackup } from '../../src/engine/jobs/verify';
import type { VerifyResult } from '../../src/engine/results';
import { eachServer } from '../support/eachServer';
import { finishRun, plainSettings, workerFile, type Ran } from '../support/engineRun';
import { natsCliOk } from '../support/natsCli';
import { makeSampleStreams } from '../support/sampleStreams';
import { keptTempDir, useTempDir } from '../support/tempDir';
import { hasArchiveV2 } from '../support/tools';

const signal = new AbortController().signal;

async function verify(source: string, abort = signal): Promise<Ran<VerifyResult>> {
  return await finishRun(verifyBackup({ source, parallel: 2, workerFile }, abort));
}

/** Everything that is wrong: file and code. */
function problemsOf({ archives, problems }: VerifyResult): string[] {
  const all = [...archives.flatMap((archive) => archive.problems), ...problems];
  return all.map(({ file, code }) => `${file}: ${code}`);
}

function edit(file: string, change: (bytes: Buffer) => Buffer | void): void {
  const bytes = readFileSync(file);
  writeFileSync(file, change(bytes) ?? bytes);
}

function replaceIn(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `${file} does not hold ${from}`);
  writeFileSync(file, changed);
}

eachServer('verification', (server, version) => {
  const archive = hasArchiveV2(version) ? 'stream.arc.s2' : 'stream.tar.s2';
  const other = hasArchiveV2(version) ? 'stream.tar.s2' : 'stream.arc.s2';
  const made = keptTempDir();
  const temp = useTempDir();
  let set: string;

  before(async () => {
    await makeSampleStreams(server().url);
    const request = {
      settings: plainSettings(server().url),
      streams: ['EVENTS', 'KV_settings', 'ORDERS', 'NOWHERE'],
      backupFolder: made('backups'),
      data: true,
      consumers: true,
      checkMessages: false,
      keepPartial: true,
      parallel: 2,
      workerFile,
      toolVersion: '0.0.0',
    };
    const { directory } = (await finishRun(backup(request, signal))).result;
    assert.ok(directory);
    set = directory;
    const cli = (...args: string[]) => natsCliOk(['--server', server().url, ...args]);
    await cli('backup', 'account', made('account'), '--force');
    await cli('backup', 'stream', 'ORDERS', made('orders'), '--no-progress');
  });

  /** A copy to damage. */
  const copyOf = (folder: string): string => {
    cpSync(folder, temp('copy'), { recursive: true });
    return temp('copy');
  };

  describe('of a set', () => {
    it('proves it whole, and names what it never held', async () => {
      const { result, messages } = await verify(set);
      assert.deepEqual(problemsOf(result), []);
      assert.equal(result.whole, true);
      assert.equal(result.source, set);
      assert.deepEqual(result.notBackedUp, ['NOWHERE']);
      assert.ok(
        messages.some((text) => text.includes('is incomplete, 3 of 4 streams: the backup did not get NOWHERE')),
      );
      const found = result.archives.map(({ stream, path, messages: count, firstSeq, lastSeq, consumers }) => {
        return [stream, path.slice(set.length + 1), count, firstSeq, lastSeq, consumers];
      });
      assert.deepEqual(found, [
        ['EVENTS', `data/EVENTS/${archive}`, 54, '2', '60', 0],
        ['KV_settings', `data/KV_settings/${archive}`, 7, '7', '17', 0],
        ['ORDERS', `data/ORDERS/${archive}`, 500, '1', '500', 2],
      ]);
    });

    it('takes its data folder for the set, and one stream of it for that stream', async () => {
      const all = await verify(join(set, 'data'));
      assert.deepEqual([all.result.whole, all.result.source], [true, set]);
      const one = await verify(join(set, 'data', 'ORDERS'));
      assert.deepEqual([one.result.whole, one.result.archives.map(({ stream }) => stream)], [true, ['ORDERS']]);
    });

    const damages: [name: string, damage: (set: string) => void, problems: string[]][] = [
      [
        'a byte changed in an archive',
        (copy) => edit(join(copy, 'data/ORDERS', archive), (bytes) => void (bytes[bytes.length >> 1]! ^= 0x10)),
        [`data/ORDERS/${archive}: archiveDamaged`],
      ],
      [
        'an archive cut short',
        (copy) => truncateSync(join(copy, 'data/ORDERS', archive), 1000),
        [`data/ORDERS/${archive}: archiveTruncated`],
      ],
      [
        'an archive replaced by another whole one',
        (copy) => cpSync(join(copy, 'data/EVENTS', archive), join(copy, 'data/ORDERS', archive)),
        [`data/ORDERS/${archive}: archiveTruncated`],
      ],
      [
        'an archive removed',
        (copy) => rmSync(join(copy, 'data/ORDERS', archive)),
        ['data/ORDERS: notABackup', `data/ORDERS/${archive}: fileAccess`],
      ],
      [
        'a second archive',
        (copy) => cpSync(join(copy, 'data/ORDERS', archive), join(copy, 'data/ORDERS', other)),
        ['data/ORDERS: notABackup'],
      ],
      [
        'backup.json edited',
        (copy) => replaceIn(join(copy, 'data/ORDERS/backup.json'), 'orders.>', 'offers.>'),
        ['data/ORDERS/backup.json: archiveMismatch'],
      ],
      [
        'a configuration file edited',
        (copy) => replaceIn(join(copy, 'config/stream_ORDERS.json'), 'orders.>', 'offers.>'),
        ['config/stream_ORDERS.json: archiveMismatch'],
      ],
      [
        'a configuration file removed',
        (copy) => rmSync(join(copy, 'config/stream_ORDERS_consumer_NEW.json')),
        ['config/stream_ORDERS_consumer_NEW.json: fileAccess'],
      ],
      [
        'a figure edited in the manifest',
        (copy) => replaceIn(join(copy, 'manifest.json'), '"messages": 500', '"messages": 501'),
        ['manifest.json: archiveMismatch'],
      ],
      [
        'a file taken out of the manifest',
        (copy) => replaceIn(join(copy, 'manifest.json'), /\{\s*"path": "config\/stream_ORDERS.json"[^}]*\},/, ''),
        ['manifest.json: archiveMismatch'],
      ],
      [
        'a stream taken out of the manifest',
        (copy) => replaceIn(join(copy, 'manifest.json'), '"outcome": "backedUp"', '"outcome": "failed"'),
        ['data/EVENTS: archiveMismatch'],
      ],
      [
        'a manifest that is no JSON',
        (copy) => edit(join(copy, 'manifest.json'), (bytes) => bytes.subarray(1)),
        ['manifest.json: archiveDamaged'],
      ],
      [
        'a folder that is no stream',
        (copy) => {
          mkdirSync(join(copy, 'data/notes'));
          writeFileSync(join(copy, 'data/notes/todo.txt'), 'x');
        },
        ['data/notes: notABackup'],
      ],
    ];
    for (const [name, damage, problems] of damages) {
      it(`finds ${name}`, async () => {
        const copy = copyOf(set);
        damage(copy);
        const { result, events } = await verify(copy);
        assert.equal(result.whole, false);
        assert.deepEqual(problemsOf(result), problems);
        const errors = events.filter((event) => event.kind === 'message' && event.level === 'error');
        assert.equal(errors.length, problems.length, 'each problem is told');
      });
    }

    it('names what it was cancelled before', async () => {
      const { result } = await verify(set, AbortSignal.abort());
      assert.equal(result.whole, false);
      const expected = ['EVENTS', 'KV_settings', 'ORDERS'].map((stream) => `data/${stream}/${archive}: cancelled`);
      assert.deepEqual(problemsOf(result), [...expected, '.: cancelled']);
    });
  });

  describe('of what the nats command line wrote', () => {
    it('proves an account and a stream whole', async () => {
      for (const folder of ['account', 'orders']) {
        const { result } = await verify(made(folder));
        assert.deepEqual(problemsOf(result), []);
        assert.deepEqual(result.notBackedUp, []);
        const orders = result.archives.find(({ stream }) => stream === 'ORDERS');
        assert.deepEqual([orders?.messages, orders?.lastSeq, orders?.consumers], [500, '500', 2]);
      }
    });

    const damages: [name: string, damage: (account: string) => void, problems: string[]][] = [
      [
        'a byte changed in an archive',
        (copy) => edit(join(copy, 'ORDERS', archive), (bytes) => void (bytes[bytes.length >> 1]! ^= 0x10)),
        [`ORDERS/${archive}: archiveDamaged`],
      ],
      [
        'an archive cut short',
        (copy) => edit(join(copy, 'ORDERS', archive), (bytes) => bytes.subarray(0, bytes.length - 5)),
        [`ORDERS/${archive}: archiveTruncated`],
      ],
      [
        'an archive without its backup.json',
        (copy) => rmSync(join(copy, 'ORDERS/backup.json')),
        ['ORDERS: notABackup'],
      ],
      [
        'an empty backup.json, as a killed command line leaves it',
        (copy) => truncateSync(join(copy, 'ORDERS/backup.json')),
        ['ORDERS/backup.json: archiveDamaged'],
      ],
      ['an empty folder', (copy) => mkdirSync(join(copy, 'MEMORY')), ['MEMORY: notABackup']],
      [
        'the same stream twice',
        (copy) => cpSync(join(copy, 'ORDERS'), join(copy, 'ORDERS2'), { recursive: true }),
        ['ORDERS2: notABackup'],
      ],
      [
        'the archive of another stream',
        (copy) => cpSync(join(copy, 'EVENTS', archive), join(copy, 'ORDERS', archive)),
        // Archive V2 does not name its stream: only the sequences tell.
        [hasArchiveV2(version) ? 'ORDERS/backup.json: archiveMismatch' : `ORDERS/${archive}: archiveMismatch`],
      ],
    ];
    for (const [name, damage, problems] of damages) {
      it(`finds ${name}`, async () => {
        const copy = copyOf(made('account'));
        damage(copy);
        const { result } = await verify(copy);
        assert.deepEqual(problemsOf(result), problems);
        assert.equal(result.whole, false);
      });
    }

    it('warns of a file that keeps the command line from restoring the account', async () => {
      const copy = copyOf(made('account'));
      writeFileSync(join(copy, 'README.md'), 'mine');
      const { result, messages } = await verify(copy);
      assert.equal(result.whole, true);
      assert.ok(
        messages.some((text) => text.includes('README.md')),
        messages.join('\n'),
      );
    });

    it('goes by the content of an archive, not by its name', async () => {
      const copy = copyOf(made('orders'));
      renameSync(join(copy, archive), join(copy, other));
      const { result } = await verify(copy);
      assert.equal(result.whole, true);
      assert.equal(result.archives[0]?.format, hasArchiveV2(version) ? 'v2' : 'v1');
    });

    if (hasArchiveV2(version)) {
      it('proves what the command line took messages out of', async () => {
        await natsCliOk(['backup', 'edit', made('orders'), temp('edited'), '--first-seq', '100']);
        await natsCliOk(['backup', 'edit', made('orders'), temp('renumbered'), '--last-seq', '100', '--renumber']);
        for (const [folder, count] of [
          ['edited', 401],
          ['renumbered', 100],
        ] as const) {
          const { result } = await verify(temp(folder));
          assert.deepEqual(problemsOf(result), [], folder);
          assert.equal(result.archives[0]?.messages, count);
        }
      });

      it('proves what the command line recorded', async () => {
        const args = [
          '--server',
          server().url,
          'sub',
          '--backup',
          temp('recorded'),
          '--stream',
          'EVENTS',
          '--all',
          '--count',
          '54',
        ];
        await natsCliOk(args);
        const { result } = await verify(temp('recorded'));
        assert.deepEqual(problemsOf(result), []);
        assert.equal(result.archives[0]?.messages, 54);
      });
    }
  });

  it('refuses a folder without a backup', async () => {
    await assert.rejects(verify(temp()), { code: 'notABackup' });
  });
});
