import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../src/engine/errors';
import { asRoot } from './asRoot';

/** A file system of its own whose writes can be held up in the kernel, as those of a disk that does not keep up. */
export interface SlowDisk {
  readonly folder: string;
  /** Flushes what was written; from then on every write waits until {@link thaw}. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Is frozen again and again until the signal aborts, for longer than it writes. */
  stutter(signal: AbortSignal): Promise<void>;
}

/** Milliseconds of {@link SlowDisk.stutter}. A server gives a snapshot up after 5 s without an acknowledgement. */
const [frozenMs, thawedMs] = [120, 60];

/**
 * Runs `body` with a disk of so many MiB. It is a file that is mounted (the space is taken only as it is written to), and
 * frozen with `fsfreeze`. That takes Linux, root or a sudo that asks nothing, and loop devices; {@link whyNoSlowDisk}
 * tells.
 */
export async function withSlowDisk<T>(megabytes: number, body: (disk: SlowDisk) => Promise<T>): Promise<T> {
  const around = mkdtempSync(join(tmpdir(), 'slow-disk-'));
  const [image, folder] = [join(around, 'image'), join(around, 'disk')];
  try {
    makeSparse(image, megabytes);
    mkdirSync(folder);
    const owner = `root_owner=${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
    await asRoot('mkfs.ext4', '-q', '-F', '-E', `nodiscard,${owner}`, '-m', '0', '-O', '^has_journal', image);
    await asRoot('mount', '-o', 'loop', image, folder);
    const disk = new FrozenDisk(folder);
    try {
      return await body(disk);
    } finally {
      await disk.thaw();
      // Whatever still has a file open there keeps the space, but not the folder.
      await asRoot('umount', '--lazy', folder);
    }
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}

/** What keeps this machine from having a slow disk; undefined if nothing does. */
export async function whyNoSlowDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a file system is frozen on Linux only';
  try {
    await withSlowDisk(8, async (disk) => {
      await disk.freeze();
      await disk.thaw();
    });
    return undefined;
  } catch (error) {
    return `a file system cannot be mounted and frozen here: ${messageOf(error).trim()}`;
  }
}

class FrozenDisk implements SlowDisk {
  private frozen = false;

  constructor(readonly folder: string) {}

  async freeze(): Promise<void> {
    this.frozen = true;
    await asRoot('fsfreeze', '--freeze', this.folder);
  }

  async thaw(): Promise<void> {
    if (!this.frozen) return;
    await asRoot('fsfreeze', '--unfreeze', this.folder);
    this.frozen = false;
  }

  async stutter(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.freeze();
      await delay(frozenMs);
      await this.thaw();
      await delay(thawedMs);
    }
  }
}

function makeSparse(path: string, megabytes: number): void {
  const file = openSync(path, 'wx', 0o600);
  ftruncateSync(file, megabytes * 1024 * 1024);
  closeSync(file);
}
