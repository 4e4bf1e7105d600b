import type { ConfigurationSource, SourceConfiguration } from '../backupSet/configurationSource';
import { readManifest } from '../backupSet/manifestFile';
import type { ComparisonProblem, LiveState } from '../configurationResults';
import { toPlainError } from '../errors';
import type { ConnectionSettings, JsonObject, StreamInfo } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunEvent } from '../progress';
import { throwIfAborted } from '../util/abort';
import { inParallel } from '../util/inParallel';
import {
  compareSides,
  keyOf,
  problemsIn,
  type ComparedPair,
  type LiveConfigurationOf,
  type ServerOfDefaults,
  type StateNames,
} from './configurationComparison';
import { connectForRun } from './connectForRun';
import { CountMeter } from './countMeter';
import { readConfigurationSource } from './readConfigurationSource';
import { readConsumers } from './readLiveConfigurations';
import { runEvents } from './runEvents';
import { answered, unanswered, unansweredConsumer } from './unanswered';

export interface CompareConfigurationRequest {
  settings: ConnectionSettings;
  /** Absolute path of anything that holds configuration. */
  source: string;
  /** Only these streams and their consumers. */
  streams?: string[];
  /** Only this consumer of them. */
  consumer?: string;
  workerFile: string;
}

/** A backup beside what the server has now. */
export interface LiveComparison {
  source: ConfigurationSource;
  pairs: ComparedPair<LiveState, LiveConfigurationOf>[];
  /** Whose defaults counted. */
  server: ServerOfDefaults;
  problems: ComparisonProblem[];
}

type Emit = (event: RunEvent<LiveComparison>) => void;

const states: StateNames<LiveState> = {
  same: 'same',
  differs: 'differs',
  onlyLeft: 'onlyInBackup',
  onlyRight: 'onlyLive',
};

const requestsAtOnce = 8;

/**
 * Compares configurations of a backup with the server, defaults included. A source of a whole account is also compared
 * with the live streams that are not in it; a single file stands for itself alone.
 *
 * @throws BackupError `notABackup`, `fileAccess`, and what keeps the server from being asked
 */
export function compareConfiguration(
  request: CompareConfigurationRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<LiveComparison>, void> {
  return runEvents((emit) => compare(request, emit, signal));
}

async function compare(request: CompareConfigurationRequest, emit: Emit, signal: AbortSignal): Promise<LiveComparison> {
  const source = await readConfigurationSource(request, (progress) => emit({ kind: 'progress', progress }), signal);
  const asked = request.streams === undefined ? undefined : new Set(request.streams);
  const isAsked = (each: LiveConfigurationOf) =>
    (asked === undefined || asked.has(each.stream)) &&
    (request.consumer === undefined || (each.kind === 'consumer' && each.consumer === request.consumer));
  const left = source.configurations.filter(isAsked);
  const connection = await connectForRun(request.settings, signal);
  try {
    const api = new JetStreamApi(connection);
    const scope = await scopeOf(source, asked !== undefined);
    const live = await readLive(api, scope, left, request, emit, signal);
    const silent = new Set(live.problems.map(({ stream }) => stream));
    const server = { version: api.rules.version, clustered: api.server.clusterName !== undefined };
    const answered = ({ stream }: LiveConfigurationOf) => !silent.has(stream);
    const right = live.found.filter((each) => isAsked(each) && answered(each));
    const pairs = await compareSides(left.filter(answered), right, states, server);
    return { source, pairs, server, problems: [...problemsIn(source), ...live.problems] };
  } finally {
    await connection.close();
  }
}

/** What of the server, beyond what a source holds, it can be compared with. */
interface Scope {
  streams: boolean;
  /** Of streams that are compared. */
  consumers: boolean;
}

/** A set of chosen streams, or one without consumers, says nothing of the others. */
async function scopeOf({ kind, path }: ConfigurationSource, asked: boolean): Promise<Scope> {
  if (kind === 'file') return { streams: false, consumers: false };
  if (kind === 'streamFolder') return { streams: asked, consumers: true };
  if (kind !== 'set') return { streams: true, consumers: true };
  // What is wrong with a manifest is a problem of the source already.
  const options = await readManifest(path).then(
    (manifest) => manifest.options,
    (): JsonObject => ({}),
  );
  return { streams: asked || options['streams'] === undefined, consumers: options['consumers'] !== false };
}

interface Live {
  found: LiveConfigurationOf[];
  problems: ComparisonProblem[];
}

async function readLive(
  api: JetStreamApi,
  scope: Scope,
  left: readonly SourceConfiguration[],
  request: CompareConfigurationRequest,
  emit: Emit,
  signal: AbortSignal,
): Promise<Live> {
  const names = request.streams ?? (scope.streams ? undefined : left.map(({ stream }) => stream));
  const { streams, problems } = names === undefined ? await allStreams(api) : await namedStreams(api, names, signal);
  const withConsumers = new Set(left.flatMap((each) => (each.kind === 'consumer' ? [each.stream] : [])));
  const wanted = streams.filter(({ config }) => scope.consumers || withConsumers.has(config.name));
  const meter = new CountMeter('read', wanted.length, (progress) => emit({ kind: 'progress', progress }));
  const read = await readConsumers(api, wanted, signal, () => meter.step());
  const found: LiveConfigurationOf[] = streams.map(({ config }) => ({ kind: 'stream', stream: config.name, config }));
  for (const { info, consumers, missing, error } of read) {
    const stream = info.config.name;
    if (error !== undefined) problems.push({ stream, ...toPlainError(error) });
    for (const name of missing) problems.push({ stream, ...toPlainError(unansweredConsumer(stream, name)) });
    for (const { name: consumer, config } of consumers) found.push({ kind: 'consumer', stream, consumer, config });
  }
  const inSource = new Set(left.map(keyOf));
  const counts = (each: LiveConfigurationOf) => (each.kind === 'stream' ? scope.streams : scope.consumers);
  return { found: found.filter((each) => inSource.has(keyOf(each)) || counts(each)), problems };
}

/** A stream that no server answers for is not gone. */
async function allStreams(api: JetStreamApi): Promise<{ streams: StreamInfo[]; problems: ComparisonProblem[] }> {
  const listing = await api.listStreams();
  const problems = listing.missing.map((stream) => ({ stream, ...toPlainError(unanswered(stream)) }));
  return { streams: answered(listing), problems };
}

async function namedStreams(
  api: JetStreamApi,
  names: readonly string[],
  signal: AbortSignal,
): Promise<{ streams: StreamInfo[]; problems: ComparisonProblem[] }> {
  const problems: ComparisonProblem[] = [];
  const streams = await inParallel([...new Set(names)], requestsAtOnce, async (stream) => {
    throwIfAborted(signal, 'The comparison');
    try {
      return await api.findStream(stream);
    } catch (error) {
      problems.push({ stream, ...toPlainError(error) });
      return undefined;
    }
  });
  return { streams: streams.filter((info) => info !== undefined), problems };
}
