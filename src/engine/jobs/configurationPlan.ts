import type { ConfigurationSource, SourceConfiguration } from '../backupSet/configurationSource';
import type { PlannedChange, SourceProblem } from '../configurationResults';
import { toPlainError } from '../errors';
import type { ConnectionSettings, ConsumerConfig, StreamConfig } from '../model';
import type { RunEvent } from '../progress';
import type { RestoreOverrides } from './overrides';

export interface ConfigurationRequest {
  settings: ConnectionSettings;
  /** Absolute path of anything that holds configuration. */
  source: string;
  /** Only these streams and their consumers; all of the source when absent. */
  streams?: string[];
  /** Only this file of the source: an absolute path. */
  file?: string;
  /** What is put in the place of the source's own configuration of streams. */
  overrides?: RestoreOverrides;
  /** Streams and consumers that exist and differ are updated; otherwise they are reported and left. */
  updateStreams: boolean;
  workerFile: string;
}

/** What carrying out a plan needs besides the plan. */
export interface ApplyRequest {
  settings: ConnectionSettings;
  /** Names of streams of which a change may delete messages. */
  confirmed: string[];
  /** Absolute path of the folder that the configuration as it was before is saved in, each time in a new one below. */
  undoFolder: string;
}

/** One stream or consumer of a plan, with what it was made from. */
export interface PlannedConfiguration {
  /** What a person and a result see. */
  change: PlannedChange;
  source: SourceConfiguration;
  /** As it is on the server now; absent where it does not exist there. */
  live?: StreamConfig | ConsumerConfig;
  /** Of a consumer: its stream as it is on the server now. */
  liveStream?: StreamConfig;
  /** What is sent. */
  wanted: StreamConfig | ConsumerConfig;
}

/** What a restore of configuration would do; nothing has been sent. */
export interface ConfigurationPlan {
  context: string;
  /** Of the server and account that it was compared with, as `serverMark` makes it: it is carried out on no other. */
  serverMark: string;
  /** `nats-server 2.14.9` and the like is made of it. */
  serverVersion: string;
  source: string;
  updateStreams: boolean;
  /** Streams with origins before what reads them, then consumers. */
  items: PlannedConfiguration[];
  problems: SourceProblem[];
}

export type ConfigurationPlanEvent = RunEvent<ConfigurationPlan>;

export function problemsOf({ problems }: ConfigurationSource): SourceProblem[] {
  return problems.map(({ file, line, error }) => ({
    file,
    ...(line === undefined ? {} : { line }),
    ...toPlainError(error),
  }));
}

/** The same plan with update-streams on or off: what exists and differs is updated, or reported and left. */
export function withUpdates(plan: ConfigurationPlan, updateStreams: boolean): ConfigurationPlan {
  const [from, to] = updateStreams ? (['differs', 'update'] as const) : (['update', 'differs'] as const);
  const items = plan.items.map((item) =>
    item.change.action === from ? { ...item, change: { ...item.change, action: to } } : item,
  );
  return { ...plan, updateStreams, items };
}
