import type { SourceConfiguration } from '../backupSet/configurationSource';
import type { AccountStreams } from '../config/accountStreams';
import {
  configurationToSend,
  judgeConsumerUpdate,
  judgeCreate,
  judgeStreamUpdate,
  type JudgedServer,
} from '../config/judge';
import type { FieldChange, PlanAction } from '../configurationResults';
import { BackupError, toPlainError } from '../errors';
import type { ConsumerConfig, StreamConfig } from '../model';
import { throwIfAborted } from '../util/abort';
import { Turns } from '../util/turns';
import type { PlannedConfiguration } from './configurationPlan';
import { keyOf, type Live } from './liveForPlan';

/** Plans one configuration after another; each is judged together with what was planned before it. */
export class Planner {
  /** By name, as they will be when what was planned so far is done. */
  private readonly streams: AccountStreams;
  /** The same of consumers, by their stream and then by name. */
  private readonly consumers: Map<string, Map<string, ConsumerConfig>>;

  constructor(
    private readonly live: Live,
    private readonly server: JudgedServer & { streams: AccountStreams },
  ) {
    this.streams = server.streams;
    this.consumers = new Map([...live.consumers].map(([stream, consumers]) => [stream, new Map(consumers)]));
  }

  /** Other work of the thread has its turn meanwhile. @throws BackupError `cancelled` */
  async planAll(
    sources: readonly SourceConfiguration[],
    updateStreams: boolean,
    signal: AbortSignal,
  ): Promise<PlannedConfiguration[]> {
    const turns = new Turns();
    const planned: PlannedConfiguration[] = [];
    for (const source of sources) {
      throwIfAborted(signal, 'Making the plan');
      await turns.next();
      planned.push(this.plan(source, updateStreams));
    }
    return planned;
  }

  private plan(source: SourceConfiguration, updateStreams: boolean): PlannedConfiguration {
    const planned = this.judge(source, updateStreams);
    const { action } = planned.change;
    if (action === 'create' || action === 'update') {
      if (source.kind === 'stream') this.streams.set(planned.wanted as StreamConfig);
      else this.consumersOf(source.stream).set(source.consumer, source.config);
    }
    return planned;
  }

  private judge(source: SourceConfiguration, updateStreams: boolean): PlannedConfiguration {
    const live =
      source.kind === 'stream'
        ? this.live.streams.get(source.stream)?.config
        : this.live.consumers.get(source.stream)?.get(source.consumer);
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
    const unread = this.unread(source);
    if (unread !== undefined) return item('refused', [], unread);
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

  /** What does not answer cannot be compared, and the server takes no change of it. */
  private unread(source: SourceConfiguration): BackupError | undefined {
    const { streams, consumers, consumer } = this.live.unread;
    const ofStream = streams.get(source.stream);
    if (ofStream !== undefined || source.kind === 'stream') return ofStream;
    return consumers.get(source.stream) ?? consumer.get(keyOf(source.stream, source.consumer));
  }

  private planCreate(
    source: SourceConfiguration,
    item: (action: PlanAction, changes: FieldChange[], error?: BackupError) => PlannedConfiguration,
  ): PlannedConfiguration {
    if (source.kind === 'consumer' && this.streams.find(source.stream) === undefined) {
      const text = `Consumer ${source.consumer} needs stream ${source.stream}, which is neither on the server nor made by this plan.`;
      return item('refused', [], new BackupError('streamNotFound', text));
    }
    const changes = judgeCreate(source.kind, source.config, this.serverFor(source));
    return item(changes.some(({ verdict }) => verdict === 'refused') ? 'refused' : 'create', changes);
  }

  private serverFor(source: SourceConfiguration): JudgedServer {
    if (source.kind === 'stream') {
      const consumers = [
        ...this.consumersOf(source.stream).values(),
        ...(this.live.ephemeral.get(source.stream) ?? []),
      ];
      return { ...this.server, consumers };
    }
    const stream = this.streams.find(source.stream);
    const others = [...this.consumersOf(source.stream)].filter(([name]) => name !== source.consumer);
    return {
      ...this.server,
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

/** A stream of which there is nothing to plan with. */
export function refusedStream(stream: string, error: BackupError): PlannedConfiguration {
  const base = { kind: 'stream' as const, stream, changes: [], warnings: [] };
  return {
    change: { ...base, action: 'refused', error: toPlainError(error) },
    source: { kind: 'stream', stream, config: { name: stream }, file: '', form: 'change' },
    wanted: { name: stream },
  };
}
