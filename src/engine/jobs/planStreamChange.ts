import { mergeChange } from '../config/mergeChange';
import { BackupError, toPlainError } from '../errors';
import type { ConnectionSettings, JsonObject } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import { connectForRun } from './connectForRun';
import type { ConfigurationPlan, ConfigurationPlanEvent, PlannedConfiguration } from './configurationPlan';
import { withMessagesAtStake } from './messagesAtStake';
import { judgedServer, Planner } from './planConfiguration';
import { runEvents } from './runEvents';
import { serverMark } from './stillAsPlanned';

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
    const listed = new Map((await api.listStreams()).streams.map((info) => [info.config.name, info]));
    const live = { streams: listed, consumers: new Map<string, JsonObject>() };
    const planner = new Planner(live, judgedServer(api, [...listed.values()]));
    const planned = [...new Set(streams)].sort().map((stream) => {
      const config = listed.get(stream)?.config;
      if (config === undefined) return notThere(stream);
      const wanted = mergeChange(config, change);
      return planner.plan({ kind: 'stream', stream, config: wanted, file: '', form: 'change' }, true);
    });
    const items = await withMessagesAtStake(api, planned, listed, signal);
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

function notThere(stream: string): PlannedConfiguration {
  const error = new BackupError('streamNotFound', `Stream ${stream} is not on the server.`);
  const base = { kind: 'stream' as const, stream, changes: [], warnings: [] };
  return {
    change: { ...base, action: 'refused', error: toPlainError(error) },
    source: { kind: 'stream', stream, config: { name: stream }, file: '', form: 'change' },
    wanted: { name: stream },
  };
}
