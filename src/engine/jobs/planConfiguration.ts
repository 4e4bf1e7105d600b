import type { SourceConfiguration } from '../backupSet/configurationSource';
import { originsFirst } from '../config/feeds';
import type { JudgedServer } from '../config/judge';
import type { AccountInfo, StreamInfo } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunProgress } from '../progress';
import { connectForRun } from './connectForRun';
import {
  problemsOf,
  type ConfigurationPlan,
  type ConfigurationPlanEvent,
  type ConfigurationRequest,
} from './configurationPlan';
import { liveForPlan } from './liveForPlan';
import { withMessagesAtStake } from './messagesAtStake';
import { withOverrides } from './overrides';
import { Planner } from './planner';
import { readConfigurationSource } from './readConfigurationSource';
import { runEvents } from './runEvents';
import { serverMark } from './stillAsPlanned';

/**
 * Compares the configurations of a source with the server and says what applying them would do. Nothing is sent.
 *
 * @throws BackupError when no plan can be made: nothing there, no connection, cancelled
 */
export function planConfiguration(
  request: ConfigurationRequest,
  signal: AbortSignal,
): AsyncGenerator<ConfigurationPlanEvent, void> {
  return runEvents((emit) =>
    makeConfigurationPlan(request, (progress) => emit({ kind: 'progress', progress }), signal),
  );
}

/** The same, for a job that makes such a plan on its way. */
export async function makeConfigurationPlan(
  request: ConfigurationRequest,
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<ConfigurationPlan> {
  const source = await readConfigurationSource(request, report, signal);
  const chosen = choose(source.configurations, request);
  const connection = await connectForRun(request.settings, signal);
  try {
    const api = new JetStreamApi(connection);
    const [account, listing] = await Promise.all([accountOf(api), api.listStreams()]);
    const live = await liveForPlan(api, listing, chosen, report, signal);
    const planner = new Planner(live, judgedServer(api, listing.streams, account));
    const planned = inOrder(chosen).map((each) => planner.plan(each, request.updateStreams));
    const items = await withMessagesAtStake(api, planned, live.streams, signal);
    return {
      context: request.settings.context,
      serverMark: serverMark(request.settings),
      serverVersion: api.rules.version,
      source: request.source,
      updateStreams: request.updateStreams,
      items,
      problems: problemsOf(source),
    };
  } finally {
    await connection.close();
  }
}

/** What the rules need to know of the server. */
export function judgedServer(
  { connection, rules }: JetStreamApi,
  streams: readonly StreamInfo[],
  account?: AccountInfo,
): JudgedServer {
  return {
    version: rules.version,
    clustered: connection.info.clusterName !== undefined,
    streams: streams.map(({ config }) => config),
    ...(account === undefined ? {} : { account }),
  };
}

/** Undefined for a user who may not ask for it: then the server decides about the account's limits. */
export async function accountOf(api: JetStreamApi): Promise<AccountInfo | undefined> {
  return await api.accountInfo().catch(() => undefined);
}

function choose(all: SourceConfiguration[], request: ConfigurationRequest): SourceConfiguration[] {
  const { streams, file, overrides } = request;
  const asked = streams === undefined ? undefined : new Set(streams);
  const chosen = all.filter(
    (each) => (asked === undefined || asked.has(each.stream)) && (file === undefined || each.file === file),
  );
  if (overrides === undefined) return chosen;
  return chosen.map((each) =>
    each.kind === 'stream' ? { ...each, config: withOverrides(each.config, overrides) } : each,
  );
}

/** Streams before their mirrors and those that source them, then consumers: a consumer needs its stream. */
function inOrder(chosen: SourceConfiguration[]): SourceConfiguration[] {
  const streams = chosen.flatMap((each) => (each.kind === 'stream' ? [each] : []));
  const consumers = chosen.filter((each) => each.kind === 'consumer');
  return [...originsFirst(streams, (each) => each.config), ...consumers];
}
