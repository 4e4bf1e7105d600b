import type { SourceConfiguration } from '../backupSet/configurationSource';
import { mergeChange } from '../config/mergeChange';
import { BackupError } from '../errors';
import type { ConnectionSettings, JsonObject, StreamConfig } from '../model';
import { compareNames, JetStreamApi } from '../nats/jetstreamApi';
import { connectForRun } from './connectForRun';
import type { ConfigurationPlan, ConfigurationPlanEvent, PlannedConfiguration } from './configurationPlan';
import { liveForPlan } from './liveForPlan';
import { withMessagesAtStake } from './messagesAtStake';
import { accountOf, judgedServer } from './planConfiguration';
import { Planner, refusedStream } from './planner';
import { runEvents } from './runEvents';
import { serverMark } from './stillAsPlanned';

type StreamSource = Extract<SourceConfiguration, { kind: 'stream' }>;

export interface StreamChangeRequest {
  settings: ConnectionSettings;
  streams: string[];
  /** Fields of a stream's configuration; null takes a field away, an object's members are changed one by one. */
  change: JsonObject;
}

/**
 * What the same change would do to each of several streams. Nothing is sent.
 *
 * @throws BackupError `invalidOption` for a change that is empty or names the stream; when no plan can be made
 */
export function planStreamChange(
  request: StreamChangeRequest,
  signal: AbortSignal,
): AsyncGenerator<ConfigurationPlanEvent, void> {
  return runEvents(() => makePlan(request, signal));
}

async function makePlan(
  { settings, streams, change }: StreamChangeRequest,
  signal: AbortSignal,
): Promise<ConfigurationPlan> {
  assertChange(change);
  const connection = await connectForRun(settings, signal);
  try {
    const api = new JetStreamApi(connection);
    const [account, listing] = await Promise.all([accountOf(api), api.listStreams()]);
    const listed = new Map(listing.streams.map(({ config }) => [config.name, config]));
    const names = [...new Set(streams)].sort();
    const sources = new Map(names.map((stream) => [stream, changed(stream, listed.get(stream), change)]));
    const live = await liveForPlan(api, listing, [...sources.values()], () => undefined, signal);
    const planner = new Planner(live, judgedServer(api, listing.streams, account));
    const isThere = ({ stream }: StreamSource) => live.streams.has(stream) || live.unread.streams.has(stream);
    const planned = await planner.planAll([...sources.values()].filter(isThere), true, signal);
    const absent = [...sources.values()].filter((each) => !isThere(each)).map(({ stream }) => notThere(stream));
    const all = [...planned, ...absent].sort((a, b) => compareNames(a.change.stream, b.change.stream));
    const items = await withMessagesAtStake(api, all, live.streams, signal);
    const source = `a change of ${Object.keys(change).join(', ')}`;
    const { context } = settings;
    const server = { serverMark: serverMark(settings), serverVersion: api.rules.version };
    return { context, ...server, source, updateStreams: true, items, problems: [] };
  } finally {
    await connection.close();
  }
}

function assertChange(change: JsonObject): void {
  const fail = (problem: string) => {
    throw new BackupError('invalidOption', `The change ${problem}.`, { option: 'change' });
  };
  if (Object.keys(change).length === 0) fail('has no field: write those that are to be changed');
  if ('name' in change) fail('must not name a stream: streams cannot be renamed');
}

function changed(stream: string, config: StreamConfig | undefined, change: JsonObject): StreamSource {
  const wanted = config === undefined ? { name: stream } : mergeChange(config, change);
  return { kind: 'stream', stream, config: wanted, file: '', form: 'change' };
}

function notThere(stream: string): PlannedConfiguration {
  return refusedStream(stream, new BackupError('streamNotFound', `Stream ${stream} is not on the server.`));
}
