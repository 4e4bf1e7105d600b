import type { ErrorCode } from '../errors';
import type { ArchiveFormat, ConsumerSnapshot, JsonObject } from '../model';

/** Tells our manifest from any other `manifest.json`. */
export const manifestKind = 'jetstream-backup-set';

/** Raised when an older reader would misread what a newer writer wrote. */
export const manifestVersion = 1;

export type StreamOutcome = 'backedUp' | 'configurationOnly' | 'failed' | 'cancelled';

/** A stream that the backup was asked for. Sequences are decimal strings, because they pass 2^53. */
export interface ManifestStream {
  name: string;
  outcome: StreamOutcome;
  /** Why it failed. */
  error?: { code: ErrorCode; message: string; serverCode?: number };
  /** Its folder in `data/`; only if it was backed up. */
  folder?: string;
  format?: ArchiveFormat;
  messages: number;
  bytes: number;
  firstSeq: string;
  lastSeq: string;
  /** Consumers in the archive. */
  consumers: number;
  archiveBytes: number;
  uncompressedBytes: number;
  chunks: number;
  /** Whether the archive was proved whole while it was written. */
  verified: boolean;
  /** Consumers that the server left out of the snapshot (nats-server#7829). */
  missingConsumers: ConsumerSnapshot[];
}

export interface ManifestFile {
  /** Relative to the set's folder, with forward slashes. */
  path: string;
  size: number;
  /** Lowercase hex. */
  sha256: string;
}

/** What was backed up, from where, when, and how it went. Never holds a credential. */
export interface Manifest {
  tool: { name: string; version: string };
  context: string;
  server: { name: string; version: string; cluster?: string };
  /** RFC 3339, UTC. */
  started: string;
  finished: string;
  /** What the run was asked to do. */
  options: JsonObject;
  /** Every stream that was asked for. */
  streams: ManifestStream[];
  /** Every file of the set but the manifest and `.gitignore`. */
  files: ManifestFile[];
}
