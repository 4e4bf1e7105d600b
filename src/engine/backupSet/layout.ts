import type { ArchiveFormat } from '../model';

export const manifestName = 'manifest.json';
export const backupJsonName = 'backup.json';

/** Holds one folder a stream and nothing else, because `nats account restore` accepts nothing else there. */
export const dataFolder = 'data';
export const configFolder = 'config';

/** In a context's folder: configurations as they were before a change. */
export const undoFolderName = 'undo';

/** What the `nats` command line calls an archive since 0.5.0. Older ones call both `stream.tar.s2`. */
export const archiveNames: Record<ArchiveFormat, string> = { v1: 'stream.tar.s2', v2: 'stream.arc.s2' };

/** Between the final name of a set and a random part, while the set is written. */
const partialMark = '.partial-';

/** A set's folder name: UTC to the second, in characters that every file system takes (`2026-11-23T12-00-00Z`). */
export function setFolderName(startedAt: Date): string {
  return startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
}

export function partialFolderName(setName: string, random: string): string {
  return `${setName}${partialMark}${random}`;
}

/** Whether a folder of this name is a set that is, or was, being written. */
export function isPartialFolderName(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.partial-[0-9a-f]{8}$/.test(name);
}

/** Whether a file's name says that it is a configuration, so that it is worth a word if it is none. */
export function isConfigurationName(file: string): boolean {
  return /^stream_.*\.json$/i.test(file);
}

/**
 * What the name of an archive that stands by itself says of its stream, as `nats backup` wrote them once and as they are
 * exported; undefined for any other file. What it really is, its content says.
 */
export function nameOfLoneArchive(file: string): string | undefined {
  return /^stream_(.+)\.(?:tgz|tar\.gz|tar\.s2|arc\.s2)$/.exec(file)?.[1];
}
