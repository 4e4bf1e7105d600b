import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Inside a `describe`: a temporary folder of each test's own, removed after it. The returned function gives its path,
 * or that of something in it.
 */
export function useTempDir(): (...parts: string[]) => string {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'jetstream-backup-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}

/** Inside a `describe`: one temporary folder for all its tests, made at once and removed after them. */
export function keptTempDir(): (...parts: string[]) => string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jetstream-backup-')));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}
