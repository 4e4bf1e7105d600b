import type { BackupError } from '../errors';
import type { ConsumerConfig, StreamConfig } from '../model';

/** One stream's or consumer's configuration, and where it stands. */
export type SourceConfiguration = {
  /** Absolute path of the file that holds it; empty for a change that is in no file. */
  file: string;
  /**
   * `plain`: the file is the configuration itself and may be edited. Else it is inside an old envelope, a `backup.json`,
   * an archive, or a set's manifest, or it is what is live with a change put in.
   */
  form: 'plain' | 'envelope' | 'backupJson' | 'archive' | 'manifest' | 'change';
  stream: string;
  /** Lowercase hex; of the file's bytes when it was read, where the file is `plain`. */
  sha256?: string;
  /** What a person should know before it is applied. */
  warnings?: string[];
} & ({ kind: 'stream'; config: StreamConfig } | { kind: 'consumer'; consumer: string; config: ConsumerConfig });

/** A file that is no configuration, or a wrong one; all others go on. */
export interface ConfigurationProblem {
  /** Absolute. */
  file: string;
  /** From 1. */
  line?: number;
  error: BackupError;
}

/** An archive that holds configuration which no file has. It is large: a worker reads it. */
export interface ConfigurationArchive {
  /** Absolute. */
  path: string;
  bytes: number;
  /** A guess from the file's name where `configurationKnown` is false. */
  stream: string;
  /** The stream's own configuration stands in a file; only consumers are wanted. */
  configurationKnown: boolean;
}

/** Everything that a path holds of configuration. */
export interface ConfigurationSource {
  kind: 'set' | 'configurationFolder' | 'file' | 'streamFolder' | 'accountFolder';
  /** Absolute. The set's folder also where a folder in it was asked for. */
  path: string;
  /** Streams by name, each before its consumers. */
  configurations: SourceConfiguration[];
  problems: ConfigurationProblem[];
  /** Archives that may hold more of it. */
  archives: ConfigurationArchive[];
  /** The context that a set was made from. */
  context?: string;
}
