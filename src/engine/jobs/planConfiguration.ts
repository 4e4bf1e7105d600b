import type { SourceConfiguration } from '../backupSet/configurationSource';
import { AccountStreams } from '../config/accountStreams';
import { originsFirst } from '../config/feeds';
import type { JudgedServer } from '../config/judge';
import { BackupError } from '../errors';
import type { AccountInfo, StreamInfo } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunProgress } from '../progress';
import { connectForRun } from './connectForRun';
import {
  problemsOf,
  type ConfigurationPlan,
  type ConfigurationPlanEvent,
  type ConfigurationRequest,
  type PlannedConfiguration,
} from './configurationPlan';
import { liveForPlan } from './liveForPlan';
import { withMessagesAtStake } from './messagesAtStake';
import { withOverrides } from './overrides';
import { Planner, refusedStream } from './planner';
import { readConfigurationSource } from './readConfigurationSource';
import { runEvents } from './runEvents';
import { serverMark } from './stillAsPlanned';

/**
 * Compares the configurations of a source with the server and says what applying them would do. Nothing is sent.
 *
 * @throws BackupError when no plan can be made: nothing there, no such `file` in the source, no connection, cancelled
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
    const planned = await planner.planAll(inOrder(chosen), request.updateStreams, signal);
    const items = await withMessagesAtStake(api, planned, live.streams, signal);
    return {
      context: request.settings.context,
      serverMark: serverMark(request.settings),
      serverVersion: api.rules.version,
      source: request.source,
      updateStreams: request.updateStreams,
      items: [...items, ...absentOf(source.configurations, request)],
      problems: problemsOf(source),
    };
  } finally {
    await connection.close();
  }
}

/** What the rules need to know of the server. */
export function judgedServer(
  { connection, rules }: JetStreamApi,
  streams: readonly Pick<StreamInfo, 'config'>[],
  account?: AccountInfo,
): JudgedServer & { streams: AccountStreams } {
  return {
    version: rules.version,
    clustered: connection.info.clusterName !== undefined,
    streams: new AccountStreams(streams.map(({ config }) => config)),
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
  if (file !== undefined && !all.some((each) => each.file === file)) {
    const text = `The option "file" names ${file}, which is no configuration in ${request.source}. Leave it out, or correct it.`;
    throw new BackupError('invalidOption', text, { option: 'file' });
  }
  const chosen = all.filter(
    (each) => (asked === undefined || asked.has(each.stream)) && (file === undefined || each.file === file),
  );
  if (overrides === undefined) return chosen;
  return chosen.map((each) =>
    each.kind === 'stream' ? { ...each, config: withOverrides(each.config, overrides) } : each,
  );
}

/** Streams that were asked for by name, and that the source does not hold. */
function absentOf(all: readonly SourceConfiguration[], request: ConfigurationRequest): PlannedConfiguration[] {
  const held = new Set(all.map(({ stream }) => stream));
  const absent = [...new Set(request.streams)].filter((stream) => !held.has(stream));
  return absent.sort().map((stream) => {
    const text = `Stream ${stream} is not in ${request.source}. Correct the name, or choose another source.`;
    return refusedStream(stream, new BackupError('streamNotFound', text));
  });
}

/** Streams before their mirrors and those that source them, then consumers: a consumer needs its stream. */
function inOrder(chosen: SourceConfiguration[]): SourceConfiguration[] {
  const streams = chosen.flatMap((each) => (each.kind === 'stream' ? [each] : []));
  const consumers = chosen.filter((each) => each.kind === 'consumer');
  return [...originsFirst(streams, (each) => each.config), ...consumers];
}
