/**
 * The extension's API: `activate()` returns it, and every verb is also the command `jetstream.<verb>`, which takes the
 * same options object and gives the same result.
 *
 * Called with an options object a verb asks nothing and shows no dialog. What is missing or contradictory rejects at once
 * with a {@link BackupError}: `code` says what is wrong, `option` names the option. Results are plain JSON.
 */
import type { CancellationToken } from 'vscode';
import type {
  BackupConfigurationResult,
  BackupError,
  BackupResult,
  CompareBackupsResult,
  CompareWithLiveResult,
  ContextFile,
  JsonObject,
  RestoreConfigurationResult,
  RestoreResult,
  VerifyResult,
} from '../engine';

export type {
  AppliedChange,
  BackupConfigurationResult,
  BackupResult,
  ComparedConfiguration,
  ComparedField,
  CompareBackupsResult,
  CompareWithLiveResult,
  ComparisonProblem,
  Difference,
  FailedChange,
  FieldChange,
  MessagesAtStake,
  PlannedChange,
  RestoreConfigurationResult,
  RestoreResult,
  StreamBackupResult,
  StreamFigures,
  StreamRestoreResult,
  VerifiedArchive,
  VerifyProblem,
  VerifyResult,
} from '../engine';
export type { BackupError };

/** What every verb that runs for long takes. */
export interface Cancellable {
  /** Ends the run; what was done until then is in the result. */
  token?: CancellationToken;
}

/** What both backups know. */
export interface BackupOptions extends Cancellable {
  /** Name of the context. */
  context: string;
  /** The folder that sets are made in, instead of the setting's: absolute, or relative to the first workspace folder. */
  directory?: string;
  /** With the consumers and their positions; true unless told. */
  consumers?: boolean;
  /** Keep what is whole when the run is cancelled; true unless told. */
  keepPartial?: boolean;
}

/** `jetstream.backupStream`: data of one or more streams. */
export interface BackupStreamOptions extends BackupOptions {
  /** One name or several. */
  streams: string | string[];
  /** The server proves every record before it sends the first; slow, and silent meanwhile. False unless told. */
  checkMessages?: boolean;
  /** Bytes of one chunk; brought into 1 KiB … 1 MiB. */
  chunkSize?: number;
  /** Bytes that may be on the way, for servers from 2.12.5 on; brought into 1 KiB … 32 MiB. */
  windowSize?: number;
}

/** `jetstream.backupAccount`: configuration of every stream and consumer; with `data` also every snapshot. */
export interface BackupAccountOptions extends BackupOptions {
  /** False unless told. */
  data?: boolean;
  /** Only these streams. */
  streams?: string | string[];
}

/** `jetstream.restoreStream`: every stream found in a folder, or the chosen ones. */
export interface RestoreStreamOptions extends Cancellable {
  /** Name of the context that is restored into. */
  context: string;
  /** A set, a stream's folder, or an account folder of the `nats` command line. */
  source: string;
  streams?: string | string[];
  /**
   * What becomes of a stream that exists; `fail` unless told. `update` brings its configuration, and that of its durable
   * consumers, to the backup's by the plan of `restoreConfiguration`; its messages stay as they are.
   */
  existing?: 'fail' | 'skip' | 'update';
  /** 1 to 5, instead of the backup's. */
  replicas?: number;
  /** Placement, instead of the backup's. */
  cluster?: string;
  tags?: string | string[];
  /** Fields of a stream's configuration, instead of the backup's. */
  config?: JsonObject;
  /**
   * Names of streams of which a failed restore is cleaned up (what it left on the server is deleted), and of which an
   * update of the configuration may delete messages.
   */
  confirm?: string | string[];
}

/** `jetstream.backupConfiguration`: configuration files only, rewritten in place in a folder that is kept in git. */
export interface BackupConfigurationOptions extends Cancellable {
  context: string;
  /** Absolute, or relative to the first workspace folder; `<backupFolder>/<context>/config` unless told. */
  directory?: string;
  /** Only these streams and their consumers. */
  streams?: string | string[];
  /** Removes files that were written by a backup like this and whose stream or consumer is gone. False unless told. */
  removeGone?: boolean;
}

/** `jetstream.restoreConfiguration`: creates what is missing and, with `updateStreams`, updates what differs. */
export interface RestoreConfigurationOptions extends Cancellable {
  context: string;
  /** Anything that holds configuration: a folder of `stream_*.json`, one such file, a set. */
  source: string;
  /** Streams and consumers that exist and differ are updated; otherwise they are reported and left. False unless told. */
  updateStreams?: boolean;
  /** Makes the plan and sends nothing. False unless told. */
  dryRun?: boolean;
  /** Only these streams and their consumers. */
  streams?: string | string[];
  /** Only this file of the source. */
  file?: string;
  /** Names of streams of which an update may delete messages. */
  confirm?: string | string[];
}

/** `jetstream.changeStreams`: the same change to several streams. */
export interface ChangeStreamsOptions extends Cancellable {
  context: string;
  streams: string | string[];
  /**
   * Fields of a stream's configuration with their new values: an object's members are changed one by one, a list
   * replaces a list, null takes a field away.
   */
  change: JsonObject;
  /** Makes the plan and sends nothing. False unless told. */
  dryRun?: boolean;
  /** Names of streams of which the change may delete messages. */
  confirm?: string | string[];
}

/** What `jetstream.refresh` reads again. */
export interface RefreshOptions {
  /** The context whose server is asked again; all contexts and everything on disk where it is left out. */
  context?: string;
  /** Only this stream of the context. */
  stream?: string;
}

/** A context, by the fields of its file: `url`, `user`, `password`, `creds`, … An empty text clears a field. */
export interface ContextOptions extends ContextFile {
  /** The context's name, which is its file's. */
  name: string;
}

export interface SelectContextOptions {
  name: string;
}

export interface RemoveContextOptions {
  name: string;
  /** The name once more. */
  confirm: string;
}

/** `jetstream.verifyBackup`: proves a backup whole, without a server. */
export interface VerifyBackupOptions extends Cancellable {
  /** Absolute path of a set, a stream's folder, or an account folder of the `nats` command line. */
  source: string;
}

/** `jetstream.compareWithLive`: opens what differs as diffs, the backup left and live right; nothing where all is the same. */
export interface CompareWithLiveOptions extends Cancellable {
  /** Name of the context. */
  context: string;
  /**
   * A file, a folder of configuration files, a set, a stream's folder, …: absolute, or relative to the first workspace
   * folder. One of a whole account is also compared with the live streams that are not in it; a file stands for itself.
   */
  source: string;
  /** Only these streams and their consumers. */
  streams?: string | string[];
}

/** `jetstream.compareBackups`: opens what differs between the configurations of two backups as diffs. */
export interface CompareBackupsOptions extends Cancellable {
  /** As {@link CompareWithLiveOptions.source}. */
  left: string;
  right: string;
}

/** A folder to show in the Backups view. */
export interface OpenBackupFolderOptions {
  /** Absolute path of a backup set, a backup folder of the `nats` command line, or a folder that holds such. */
  source: string;
}

/** What the extension does for another extension, a key binding, a task or a test. */
export interface JetStreamVerbs {
  /** Resolves with what became of each stream; rejects only if the run could not start. */
  backupStream(options: BackupStreamOptions): Promise<BackupResult>;
  backupAccount(options: BackupAccountOptions): Promise<BackupResult>;
  /** Resolves with the files that were written; each is rewritten only where it changed. */
  backupConfiguration(options: BackupConfigurationOptions): Promise<BackupConfigurationResult>;
  /** Resolves with the plan and what became of it. What is updated is saved first; nothing is ever deleted. */
  restoreConfiguration(options: RestoreConfigurationOptions): Promise<RestoreConfigurationResult>;
  /** Resolves with the plan and what became of it, as `restoreConfiguration` does. */
  changeStreams(options: ChangeStreamsOptions): Promise<RestoreConfigurationResult>;
  /** Verifies the whole source before the first byte is sent, and reads back what was restored. */
  restoreStream(options: RestoreStreamOptions): Promise<RestoreResult>;
  /** Resolves with the state of each stream and consumer; what could not be compared is in `problems`. */
  compareWithLive(options: CompareWithLiveOptions): Promise<CompareWithLiveResult>;
  compareBackups(options: CompareBackupsOptions): Promise<CompareBackupsResult>;
  /** Resolves with all that is wrong; rejects only where there is no backup. After a cancel it is not `whole`. */
  verifyBackup(options: VerifyBackupOptions): Promise<VerifyResult>;
  /** Saves a new context, as a file that the `nats` command line reads too. */
  addContext(options: ContextOptions): Promise<void>;
  /** Changes the given fields of a context; all others stay. */
  editContext(options: ContextOptions): Promise<void>;
  removeContext(options: RemoveContextOptions): Promise<void>;
  /** Makes a context the one that commands and the `nats` command line use first. */
  selectContext(options: SelectContextOptions): Promise<void>;
  /** Ends all that runs. */
  cancel(options: object): Promise<void>;
  /** Reads the servers and the disk again. */
  refresh(options: RefreshOptions): Promise<void>;
  /** Shows a folder in the Backups view, this time and from now on in this workspace. */
  openBackupFolder(options: OpenBackupFolderOptions): Promise<void>;
  /** Shows the log channel. */
  showLog(options: object): Promise<void>;
}

/** What `activate()` returns. */
export type JetStreamBackupApi = JetStreamVerbs;
