/** Names that the manifest and the code share, with the types that go with them. */
import type { JetStreamVerbs } from './api';

export type Verb = keyof JetStreamVerbs;

/** The options object of a verb's command, and what it resolves to. */
export type OptionsOf<V extends Verb> = Parameters<JetStreamVerbs[V]>[0];
export type ResultOf<V extends Verb> = Awaited<ReturnType<JetStreamVerbs[V]>>;

/** Commands that only make sense on a row of a view; they are not in the palette and not in the API. */
export type RowVerb =
  | 'allowProgram'
  | 'applyPlan'
  | 'applyPlanCreations'
  | 'cancelPlan'
  | 'planChange'
  | 'retry'
  | 'showPlanDifferences'
  | 'togglePlanUpdates'
  | 'undoPlan'
  | 'closeBackupFolder'
  | 'copyBackupPath'
  | 'openBackupConfiguration'
  | 'removeAbandonedBackup'
  | 'revealBackup'
  | 'revealBackupInOS';

export type CommandId = `jetstream.${Verb | RowVerb}`;

export function commandId(verb: Verb | RowVerb): CommandId {
  return `jetstream.${verb}`;
}

/**
 * What a row of a view, or a file of the Explorer, already says of what a command is to work on. Rows are objects of
 * classes that implement it; that they are not plain objects tells them from an options object.
 */
export interface CommandTarget {
  readonly context?: string;
  readonly stream?: string;
  readonly consumer?: string;
  /** A file or folder that holds a backup: an absolute path. */
  readonly source?: string;
  /** What the row stands for on this machine's disk: an absolute path. */
  readonly path?: string;
  /** The address of a plan's page. */
  readonly plan?: string;
  /** The address of a document with a change of several streams. */
  readonly change?: string;
}

/** Schemes of documents that only this extension can show. */
export const uriSchemes = {
  /** A plan of configuration, open to be decided on. */
  plan: 'jetstream-plan',
  result: 'jetstream-result',
  /** A configuration as the server has it now. */
  live: 'jetstream-live',
  /** A configuration that is inside something, or in another form than its file has. */
  backup: 'jetstream-backup',
} as const;

export const viewIds = {
  contexts: 'jetstream.contexts',
  backups: 'jetstream.backups',
} as const;

/** What `when` clauses of the manifest ask. */
export const contextKeys = {
  /** Whether a transfer is under way. */
  running: 'jetstream.running',
  /** The addresses of the plans that wait for a decision. */
  openPlans: 'jetstream.openPlans',
} as const;
