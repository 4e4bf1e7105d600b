import { mkdirSync } from 'node:fs';
import { asRootSync } from './asRoot';

/**
 * Runs `body` with a folder on a file system of its own that holds so many MiB. Mounting one takes Linux and root, or
 * sudo that asks nothing, as on the hosted runners; {@link canMount} tells.
 */
export async function withFullDisk(
  folder: string,
  megabytes: number,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  mkdirSync(folder);
  asRootSync('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'tmpfs', folder);
  try {
    await body(folder);
  } finally {
    asRootSync('umount', folder);
  }
}

/** Whether this machine lets a test mount a small file system. */
export function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    asRootSync('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
    return true;
  } catch {
    return false;
  }
}
