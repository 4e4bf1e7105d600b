/**
 * What the verbs on configuration give back: plain JSON that survives VS Code's RPC. Integers beyond 2^53 are decimal
 * strings, and what is absent is null.
 */
import type { PlainError } from './errors';

export type ConfigurationKind = 'stream' | 'consumer';

/** Any value of a configuration, in the form in which it stands in a result. */
export type PlainValue = null | boolean | number | string | PlainValue[] | { [key: string]: PlainValue };

/**
 * What the connected server does with a changed field when the change is sent.
 *
 * `applies`: takes it. `refused`: answers the whole request with an error. `ignored`: answers with success and does not
 * store it.
 */
export type Verdict = 'applies' | 'refused' | 'ignored';

export interface FieldChange {
  /** Path of the field: `max_age`, `placement.tags`, `metadata.owner`. */
  field: string;
  /** Live, with the server's default where it is not set. */
  from: PlainValue;
  /** As it shall be. */
  to: PlainValue;
  verdict: Verdict;
  /** The rule that the verdict comes from; absent where it applies without more to say. */
  reason?: string;
}

/**
 * What a plan does with one stream or consumer: `create` it, `update` it, nothing since it is `unchanged`, nothing since
 * it `differs` and update-streams is off, or nothing since the server would answer with an error (`refused`).
 */
export type PlanAction = 'create' | 'update' | 'unchanged' | 'differs' | 'refused';

/** Messages that a change removes from the server as soon as it is applied, or later where the reason says so. */
export interface MessagesAtStake {
  messages: number;
  /** Otherwise the figure is an estimate, and the reason says of what. */
  exact: boolean;
  /** Such as `max_msgs 1000 is below the 5,230 messages of the stream`. */
  reason: string;
}

/** One stream or consumer of a plan. */
export interface PlannedChange {
  kind: ConfigurationKind;
  stream: string;
  consumer?: string;
  action: PlanAction;
  changes: FieldChange[];
  /** The change removes messages; it is sent only with a confirmation that names the stream. */
  deletes?: MessagesAtStake;
  /** What a person should know before it is applied. */
  warnings: string[];
  /** Why it is refused, where no single field is the reason. */
  error?: PlainError;
  /** Absolute path of the file that the configuration was read from; absent for a change that is in no file. */
  file?: string;
}

/** A file of the source that could not be used; the others go on. */
export interface SourceProblem extends PlainError {
  /** Absolute path. */
  file: string;
  /** From 1, where the place in the file is known. */
  line?: number;
}

/** What was applied. */
export interface AppliedChange {
  kind: ConfigurationKind;
  stream: string;
  consumer?: string;
  action: 'create' | 'update';
  /** Fields that the server's answer has otherwise than they were sent: it dropped or changed them in silence. */
  differences: { field: string; sent: PlainValue; returned: PlainValue }[];
}

export interface FailedChange {
  kind: ConfigurationKind;
  stream: string;
  consumer?: string;
  action: PlanAction;
  error: PlainError;
}

export interface RestoreConfigurationResult {
  plan: PlannedChange[];
  /** Files of the source that could not be read as a configuration. */
  problems: SourceProblem[];
  applied: AppliedChange[];
  failed: FailedChange[];
  /** Folder with the configuration, as it was before, of what was to be changed; applying it undoes the updates. */
  saved?: string;
}

export interface BackupConfigurationResult {
  /** Absolute. */
  directory: string;
  /** Names of files in the directory, sorted; of those written anew or changed. */
  written: string[];
  unchanged: string[];
  /** Files whose stream or consumer is gone, and that were removed since that was asked for. */
  removed: string[];
  /** Files whose stream or consumer is gone, and that are still there. */
  gone: string[];
  /** Folder that keeps what the files held that were written anew; absent where none was there before. */
  replaced?: string;
  /** What could not be read of the server or written, each by name; the others went on. */
  failed: { stream: string; consumer?: string; error: PlainError }[];
}

/** A field that two configurations have otherwise, defaults included. */
export interface ComparedField {
  /** Path of the field: `max_age`, `placement.tags`, `metadata.owner`. */
  field: string;
  /** On the left: in the backup. */
  from: PlainValue;
  /** On the right: live, or in the other backup. */
  to: PlainValue;
}

/** One stream or consumer of a comparison. */
export interface ComparedConfiguration<State extends string> {
  kind: ConfigurationKind;
  stream: string;
  consumer?: string;
  state: State;
  /** Empty unless it `differs`. */
  changes: ComparedField[];
}

/** What could not be compared; everything else was. */
export interface ComparisonProblem extends PlainError {
  /** Absolute path of a file of a backup. */
  file?: string;
  /** From 1, where the place in the file is known. */
  line?: number;
  /** A stream that the server did not tell of. */
  stream?: string;
}

/** `onlyInBackup` is gone from the server, `onlyLive` is new there. */
export type LiveState = 'same' | 'differs' | 'onlyInBackup' | 'onlyLive';

export interface CompareWithLiveResult {
  /** Streams by name, each before its consumers. */
  compared: ComparedConfiguration<LiveState>[];
  problems: ComparisonProblem[];
}

export type BackupState = 'same' | 'differs' | 'onlyLeft' | 'onlyRight';

export interface CompareBackupsResult {
  /** Streams by name, each before its consumers. */
  compared: ComparedConfiguration<BackupState>[];
  problems: ComparisonProblem[];
}
