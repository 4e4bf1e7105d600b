import type { ArchiveSummary, ConnectionSettings, JsonObject, StreamConfig, StreamState } from '../model';
import type { FileIdentity } from '../backupSet/archiveFile';

/** One stream's snapshot to one folder. */
export interface BackupTask {
  kind: 'backup';
  settings: ConnectionSettings;
  stream: string;
  /** The stream's own data folder, which exists and is empty. */
  folder: string;
  /** Bytes of the stream, for progress. */
  expectedBytes: number;
  noConsumers: boolean;
  checkMessages: boolean;
  chunkSize: number;
  windowSize?: number;
  idleTimeoutMs: number;
}

export interface BackupTaskResult {
  summary: ArchiveSummary;
  config: StreamConfig;
  state: JsonObject;
  chunks: number;
  seconds: number;
  /** The files written, relative to the folder. */
  files: { name: string; size: number; sha256: string }[];
}

/** One archive read from disk to its last record. */
export interface VerifyTask {
  kind: 'verify';
  archivePath: string;
  /** The name the archive must be of; a V2 archive does not tell. */
  stream: string;
  /** `stream` is a guess, and the archive may be of any other one. */
  anyStream?: boolean;
  /** From the manifest; a whole archive with another hash is not the one that was backed up. */
  sha256?: string;
}

export interface VerifyTaskResult {
  summary: ArchiveSummary;
  sha256: string;
  identity: FileIdentity;
}

/** One archive sent to a server. */
export interface RestoreTask {
  kind: 'restore';
  settings: ConnectionSettings;
  archivePath: string;
  stream: string;
  config: JsonObject;
  state: JsonObject;
  /** What was verified: the end is sent only if the same bytes went out. */
  sha256: string;
  identity: FileIdentity;
  /** Bytes that will be sent: those of the file unless it is inside gzip. */
  archiveBytes: number;
  idleTimeoutMs?: number;
}

export interface RestoreTaskResult {
  state: StreamState;
  chunks: number;
  archiveBytes: number;
  uploadSeconds: number;
  recoverSeconds: number;
}

export type TransferTask = BackupTask | VerifyTask | RestoreTask;

/** Which result belongs to which task. */
export type TransferResult<T extends TransferTask> = T extends BackupTask
  ? BackupTaskResult
  : T extends VerifyTask
    ? VerifyTaskResult
    : RestoreTaskResult;
