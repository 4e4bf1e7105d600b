import { dirname } from 'node:path';
import type { BackupError } from '../errors';
import type { ConsumerSnapshot, JsonObject, StreamConfig } from '../model';
import type { Manifest, ManifestStream } from './manifest';

/** A stream's data in a source. Where `problem` is set it cannot be restored, and what is missing was not found. */
export interface SourceStream {
  /** From `backup.json`; where that cannot be read, the manifest's or else the folder's or file's. */
  name: string;
  /** Absolute path of the stream's folder. */
  folder: string;
  /** Absolute. Its name does not tell its format. */
  archivePath?: string;
  archiveBytes: number;
  /** Absent also where only the archive has it. */
  config?: StreamConfig;
  /** As the server sent it; absent where nothing but the archive tells. */
  state?: JsonObject;
  /** Of `backup.json` as it was read. */
  backupJsonSha256?: string;
  /** The archive's, from the set's manifest: lowercase hex. */
  sha256?: string;
  manifestEntry?: ManifestStream;
  /** Consumers that the archive lacks, which a restore has to create. Only a manifest knows them. */
  missingConsumers: ConsumerSnapshot[];
  problem?: BackupError;
  /** Absolute path of the file or folder that `problem` is about. */
  problemPath?: string;
}

/**
 * Something that can be restored from or verified: one of our sets, one stream's folder, a folder of such folders as
 * `nats account backup` writes it, or a flat folder as `nats backup` wrote it until 2022: configurations, and archives
 * (`stream_*.tgz`, or that of the last stream) side by side.
 */
export interface BackupSource {
  kind: 'set' | 'streamFolder' | 'accountFolder' | 'flatFolder';
  /** Absolute. The set's folder also where its `data` folder was asked for; an archive's, where it stands by itself. */
  path: string;
  /** Of a set, and of the set that a stream's folder is part of. */
  manifest?: Manifest;
  /** Why the set's manifest cannot be read. The streams are then what `data` holds. */
  problem?: BackupError;
  /** Those with data, in the manifest's order, else in the order of their folders. */
  streams: SourceStream[];
  /** Of a flat folder: streams of which it has the configuration and no data. */
  configurationOnly?: string[];
}

/** The folder of the set that a source with a manifest is, or is part of. */
export function setFolderOf({ kind, path }: Pick<BackupSource, 'kind' | 'path'>): string {
  return kind === 'streamFolder' ? dirname(dirname(path)) : path;
}
