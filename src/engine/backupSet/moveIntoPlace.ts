import { lstat, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorNumber, withFileErrors } from './fileError';
import { ifExists } from './readJson';

/** What a rename says when something is there already: a folder with content, or (Windows) anything. */
const taken = ['ENOTEMPTY', 'EEXIST'];

/** What Windows says while a virus scanner or a watcher still looks at a file inside. */
const heldOpen = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Renames a folder to `path`, or where that is taken to `path-2`, `path-3` …; nothing that exists is replaced.
 *
 * @returns the name it has now
 * @throws BackupError `fileAccess`
 */
export async function moveIntoPlace(folder: string, path: string): Promise<string> {
  return await withFileErrors('give the backup set its name', path, async () => {
    for (let number = 1; ; number++) {
      const target = number === 1 ? path : `${path}-${number}`;
      // A rename would replace an empty folder, so look first. Of two that see no folder one still fails with `taken`.
      if ((await ifExists(lstat(target))) !== undefined) continue;
      if (await renamed(folder, target)) return target;
    }
  });
}

/** Removes a folder with all in it, then the empty folders above it up to and with `topmost`. Never throws. */
export async function removeUpTo(folder: string, topmost: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    for (let above = folder; above !== topmost && above !== dirname(above);) {
      above = dirname(above);
      await rmdir(above);
    }
  } catch {
    // What is in use meanwhile stays; a temporary folder without a live owner is offered for removal later.
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return true;
    } catch (error) {
      const number = errorNumber(error) ?? '';
      if (taken.includes(number)) return false;
      if (process.platform !== 'win32' || attempt === 10 || !heldOpen.includes(number)) throw error;
      await delay(50 * attempt);
    }
  }
}
