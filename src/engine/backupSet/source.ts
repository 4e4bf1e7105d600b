import { dirname } from 'node:path';
import type { BackupError } from '../errors';
import type { ConsumerSnapshot, JsonObject, StreamConfig } from '../model';
import type { Manifest, ManifestStream } from './manifest';

/** A stream's data in a source. Where `problem` is set it cannot be restored, and what is missing was not found. */
export interface SourceStream {
  /** From `backup.json`; where that cannot be read, the manifest's or else the folder's. */
  name: string;
  /** Absolute path of the stream's folder. */
  folder: string;
  /** Absolute. Its name does not tell its format. */
  archivePath?: string;
  archiveBytes: number;
  config?: StreamConfig;
  /** As the server sent it. */
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
 * Something that can be restored from or verified: one of our sets, one stream's folder, or a folder of such folders as
 * `nats account backup` writes it.
 */
export interface BackupSource {
  kind: 'set' | 'streamFolder' | 'accountFolder';
  /** Absolute. The set's folder also where its `data` folder was asked for. */
  path: string;
  /** Of a set, and of the set that a stream's folder is part of. */
  manifest?: Manifest;
  /** Why the set's manifest cannot be read. The streams are then what `data` holds. */
  problem?: BackupError;
  /** Those with data, in the manifest's order, else in the order of their folders. */
  streams: SourceStream[];
}

/** The folder of the set that a source with a manifest is, or is part of. */
export function setFolderOf({ kind, path }: Pick<BackupSource, 'kind' | 'path'>): string {
  return kind === 'streamFolder' ? dirname(dirname(path)) : path;
}
