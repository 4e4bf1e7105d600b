import type { SourceConfiguration } from '../backupSet/configurationSource';
import { originsFirst } from '../config/feeds';
import {
  configurationToSend,
  judgeConsumerUpdate,
  judgeCreate,
  judgeStreamUpdate,
  type JudgedServer,
} from '../config/judge';
import type { FieldChange, PlanAction } from '../configurationResults';
import { BackupError, toPlainError } from '../errors';
import type { ConsumerConfig, StreamConfig, StreamInfo } from '../model';
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
import { CountMeter } from './countMeter';
import { withMessagesAtStake } from './messagesAtStake';
import { withOverrides } from './overrides';
import { readConfigurationSource } from './readConfigurationSource';
import { readConsumers } from './readLiveConfigurations';
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
    const listing = await api.listStreams();
    const live = await liveOf(api, chosen, listing.streams, report, signal);
    const planner = new Planner(live, judgedServer(api, listing.streams));
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
export function judgedServer({ connection, rules }: JetStreamApi, streams: readonly StreamInfo[]): JudgedServer {
  return {
    version: rules.version,
    clustered: connection.info.clusterName !== undefined,
    streams: streams.map(({ config }) => config),
  };
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

/** What a plan is compared with. */
export interface Live {
  streams: Map<string, StreamInfo>;
  /** By stream and consumer. */
  consumers: Map<string, ConsumerConfig>;
}

/** Consumers are read only of streams whose consumers are in the source. */
async function liveOf(
  api: JetStreamApi,
  chosen: SourceConfiguration[],
  listed: StreamInfo[],
  report: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<Live> {
  const wanted = new Set(chosen.flatMap((each) => (each.kind === 'consumer' ? [each.stream] : [])));
  const withConsumers = listed.filter(({ config }) => wanted.has(config.name));
  const meter = new CountMeter('read', withConsumers.length, report);
  const read = await readConsumers(api, withConsumers, signal, () => meter.step());
  const consumers = new Map<string, ConsumerConfig>();
  for (const { info, consumers: found, error } of read) {
    if (error !== undefined) throw error;
    for (const { name, config } of found) consumers.set(keyOf(info.config.name, name), config);
  }
  return { streams: new Map(listed.map((info) => [info.config.name, info])), consumers };
}

function keyOf(stream: string, consumer: string): string {
  return `${stream}\0${consumer}`;
}

/** Plans one configuration after another; each is judged together with what was planned before it. */
export class Planner {
  /** By name, as they will be when what was planned so far is done. */
  private readonly streams: Map<string, StreamConfig>;
  /** The same of consumers, by their stream and then by name. */
  private readonly consumers = new Map<string, Map<string, ConsumerConfig>>();

  constructor(
    private readonly live: Live,
    private readonly server: JudgedServer,
  ) {
    this.streams = new Map(server.streams.map((config) => [config.name, config]));
    for (const [key, config] of live.consumers) {
      const [stream = '', consumer = ''] = key.split('\0');
      this.consumersOf(stream).set(consumer, config);
    }
  }

  plan(source: SourceConfiguration, updateStreams: boolean): PlannedConfiguration {
    const planned = this.judge(source, updateStreams);
    const { action } = planned.change;
    if (action === 'create' || action === 'update') {
      if (source.kind === 'stream') this.streams.set(source.stream, source.config);
      else this.consumersOf(source.stream).set(source.consumer, source.config);
    }
    return planned;
  }

  private judge(source: SourceConfiguration, updateStreams: boolean): PlannedConfiguration {
    const live =
      source.kind === 'stream'
        ? this.live.streams.get(source.stream)?.config
        : this.live.consumers.get(keyOf(source.stream, source.consumer));
    const liveStream = source.kind === 'consumer' ? this.live.streams.get(source.stream)?.config : undefined;
    const wanted = configurationToSend(source.kind, source.config, this.server.version);
    const base = {
      kind: source.kind,
      stream: source.stream,
      ...(source.kind === 'consumer' ? { consumer: source.consumer } : {}),
      warnings: source.warnings ?? [],
      ...(source.file === '' ? {} : { file: source.file }),
    };
    const item = (action: PlanAction, changes: FieldChange[], error?: BackupError): PlannedConfiguration => ({
      change: { ...base, action, changes, ...(error === undefined ? {} : { error: toPlainError(error) }) },
      source,
      wanted,
      ...(live === undefined ? {} : { live }),
      ...(liveStream === undefined ? {} : { liveStream }),
    });
    if (live === undefined) return this.planCreate(source, item);
    const server = this.serverFor(source);
    const changes =
      source.kind === 'stream'
        ? judgeStreamUpdate(live as StreamConfig, source.config, server)
        : judgeConsumerUpdate(live, source.config, server);
    if (changes.every(({ verdict }) => verdict === 'ignored')) return item('unchanged', changes);
    if (changes.some(({ verdict }) => verdict === 'refused')) return item('refused', changes);
    return item(updateStreams ? 'update' : 'differs', changes);
  }

  private planCreate(
    source: SourceConfiguration,
    item: (action: PlanAction, changes: FieldChange[], error?: BackupError) => PlannedConfiguration,
  ): PlannedConfiguration {
    if (source.kind === 'consumer' && !this.streams.has(source.stream)) {
      const text = `Consumer ${source.consumer} needs stream ${source.stream}, which is neither on the server nor made by this plan.`;
      return item('refused', [], new BackupError('streamNotFound', text));
    }
    const changes = judgeCreate(source.kind, source.config, this.serverFor(source));
    return item(changes.some(({ verdict }) => verdict === 'refused') ? 'refused' : 'create', changes);
  }

  private serverFor(source: SourceConfiguration): JudgedServer {
    const stream = this.streams.get(source.stream);
    if (source.kind === 'stream') {
      return { ...this.server, streams: [...this.streams.values()].filter(({ name }) => name !== source.stream) };
    }
    const others = [...this.consumersOf(source.stream)].filter(([name]) => name !== source.consumer);
    return {
      ...this.server,
      streams: [...this.streams.values()],
      ...(stream === undefined ? {} : { stream }),
      consumers: others.map(([, config]) => config),
    };
  }

  private consumersOf(stream: string): Map<string, ConsumerConfig> {
    const known = this.consumers.get(stream) ?? new Map<string, ConsumerConfig>();
    this.consumers.set(stream, known);
    return known;
  }
}
