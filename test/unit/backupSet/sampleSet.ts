import { openArchiveFile } from '../../../src/engine/backupSet/openArchiveFile';
import { writeBackupJson } from '../../../src/engine/backupSet/backupJson';
import { createSet, type BackupSetWriter, type ManifestContent } from '../../../src/engine/backupSet/writeSet';
import type { ArchiveFormat } from '../../../src/engine/model';

export const startedAt = new Date('2026-11-23T12:00:00.789Z');

/** The first bytes of every archive; what follows does not matter to folders. */
export const archiveBytes = Buffer.from('ff060000734e61507059', 'hex');

/** A set of these streams on its way, without any data yet. */
export async function newSet(backupFolder: string, streams: string[]): Promise<BackupSetWriter> {
  return await createSet({ backupFolder, context: 'local', startedAt, streams });
}

/** Writes a stream's two data files as a backup does. */
export async function writeData(set: BackupSetWriter, stream: string, format: ArchiveFormat = 'v1'): Promise<string> {
  const folder = await set.makeStreamFolder(stream);
  set.addDataFile(stream, writeBackupJson(folder, { config: { name: stream }, state: { messages: 3 } }));
  const archive = openArchiveFile(folder);
  archive.write(archiveBytes);
  set.addDataFile(stream, await archive.finish(format));
  return folder;
}

/** What a run says at its end, of streams that were backed up unless they are named in `others`. */
export function content(streams: string[], others: Partial<Record<string, 'failed' | 'configurationOnly'>> = {}) {
  const entries = streams.map((name): ManifestContent['streams'][number] => ({
    name,
    outcome: others[name] ?? 'backedUp',
    ...(others[name] === 'failed' ? { error: { code: 'stalled' as const, message: 'The server sent nothing.' } } : {}),
    format: 'v1',
    messages: 3,
    bytes: 120,
    firstSeq: '1',
    lastSeq: '18446744073709551615',
    consumers: 1,
    archiveBytes: archiveBytes.length,
    uncompressedBytes: 10_240,
    chunks: 1,
    verified: true,
    missingConsumers: [],
  }));
  return {
    tool: { name: 'jetstream-backup', version: '0.1.0' },
    context: 'local',
    server: { name: 'n1', version: '2.14.9' },
    started: startedAt.toISOString(),
    finished: '2026-11-23T12:00:04.000Z',
    options: { data: true, consumers: true },
    streams: entries,
  } satisfies ManifestContent;
}
