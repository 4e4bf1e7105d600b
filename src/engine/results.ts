/**
 * What a run gives back: plain JSON that survives a thread and VS Code's RPC. Sequences are decimal strings, because
 * they pass 2^53; other figures are numbers.
 */
import type { PlainError } from './errors';
import type { ArchiveFormat, ConsumerPosition, JsonObject } from './model';

/** What became of one stream of a backup. */
export type BackupOutcome = 'backedUp' | 'configurationOnly' | 'failed' | 'cancelled';

export interface StreamBackupResult {
  name: string;
  outcome: BackupOutcome;
  /** Absent without data. */
  format?: ArchiveFormat;
  messages: number;
  /** Bytes of the messages in the server's store. */
  bytes: number;
  archiveBytes: number;
  uncompressedBytes: number;
  chunks: number;
  /** The archive was checked to its last record, and agrees with what the server announced. */
  verified: boolean;
  /** Consumers that the server left out of the snapshot; the manifest holds their configuration and position. */
  missingConsumers: string[];
  error?: PlainError;
}

export interface BackupResult {
  /** The set's folder; absent if nothing was kept. */
  directory?: string;
  streams: StreamBackupResult[];
  seconds: number;
}

/** A stream's figures, as a backup expects them and as a server has them. */
export interface StreamFigures {
  messages: number;
  bytes: number;
  firstSeq: string;
  lastSeq: string;
  consumers: number;
}

export type RestoreOutcome = 'restored' | 'skipped' | 'updated' | 'failed' | 'cancelled';

/** What a restore that failed left on the server: nothing, a partial stream, or a name without data. */
export type LeftBehind = 'nothing' | 'partial' | 'name';

/** One figure or consumer position that is not as in the backup. */
export interface Difference {
  /** Such as `messages`, `lastSeq`, `consumer NEW: ack floor`. */
  what: string;
  expected: string;
  actual: string;
}

export interface StreamRestoreResult {
  name: string;
  restoredAs: string;
  outcome: RestoreOutcome;
  expected: StreamFigures;
  /** Absent unless the stream was read back. */
  actual?: StreamFigures;
  differences: Difference[];
  leftBehind: LeftBehind;
  error?: PlainError;
}

export interface RestoreResult {
  streams: StreamRestoreResult[];
  seconds: number;
}

/** One thing wrong with a backup, and where. */
export interface VerifyProblem {
  /** The file or folder it was found in, relative to the backup's folder, with forward slashes; `.` is that folder. */
  file: string;
  /** `cancelled` where the verification was ended before it came to this file. */
  code: PlainError['code'];
  message: string;
}

export interface VerifiedArchive {
  stream: string;
  /** Absolute path of the archive; of the stream's folder where there is none. */
  path: string;
  /** This and the figures are the archive's own, known only where it was read to its end. */
  format?: ArchiveFormat;
  messages: number;
  bytes: number;
  firstSeq: string;
  lastSeq: string;
  consumers: number;
  problems: VerifyProblem[];
}

export interface VerifyResult {
  /** Everything that the backup says it holds is there, and proved: no problem anywhere. */
  whole: boolean;
  /** Absolute path of what was verified: the set's folder also where a part of it was named. */
  source: string;
  archives: VerifiedArchive[];
  /** What is wrong outside the archives: a configuration file, the manifest, a folder without a backup. */
  problems: VerifyProblem[];
  /** Streams that the backup was asked for and, as its manifest says, did not get. They are no problem of its files. */
  notBackedUp: string[];
}

/** A consumer that a snapshot left out, as the manifest keeps it. */
export interface MissingConsumer {
  name: string;
  config: JsonObject;
  position: ConsumerPosition;
}
