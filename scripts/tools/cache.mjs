import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Where programs are kept for all clones on this machine: `<cache>/<name>/<version>/`. */
export function cacheFolder() {
  const own = process.env['JETSTREAM_BACKUP_CACHE'];
  return own || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'jetstream-backup-dev');
}

/**
 * Fills a folder of the cache. `fill` gets a neighbour that is renamed into place when it is done, so that another
 * run on this machine sees all of it or nothing. When both get there the first one stays.
 * @param {string} folder
 * @param {(temporary: string) => Promise<void>} fill
 */
export async function fillCacheFolder(folder, fill) {
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await fill(temporary);
    try {
      renameSync(temporary, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
