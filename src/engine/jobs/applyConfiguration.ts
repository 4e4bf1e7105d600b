import { originsOf } from '../config/feeds';
import { judgeConsumerUpdate, judgeStreamUpdate, type JudgedServer } from '../config/judge';
import { saveConfigurations } from '../backupSet/savedConfigurations';
import type {
  AppliedChange,
  ConfigurationKind,
  FailedChange,
  RestoreConfigurationResult,
} from '../configurationResults';
import { BackupError, toBackupError, toPlainError } from '../errors';
import type { ConsumerConfig, JsonObject, StreamConfig } from '../model';
import { JetStreamApi } from '../nats/jetstreamApi';
import type { RunEvent } from '../progress';
import { throwIfAborted } from '../util/abort';
import { inParallel } from '../util/inParallel';
import { connectForRun } from './connectForRun';
import type { ApplyRequest, ConfigurationPlan, PlannedConfiguration } from './configurationPlan';
import { CountMeter } from './countMeter';
import { judgedServer } from './planConfiguration';
import { runEvents } from './runEvents';
import { assertSameServer, assertStillAsPlanned, nameOf } from './stillAsPlanned';

/** Small requests under way at once. */
const requestsAtOnce = 8;

/**
 * Carries a plan out: what it creates, and what it updates. One failure does not stop the rest, nothing is ever deleted,
 * and the configuration of what is updated is saved first.
 *
 * @throws BackupError when the run cannot start, `changedMeanwhile` if the settings are of another server than the plan's,
 *   or when the present configuration cannot be saved
 */
export function applyConfiguration(
  request: ApplyRequest,
  plan: ConfigurationPlan,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<RestoreConfigurationResult>, void> {
  return runEvents((emit) => carryOut(request, plan, emit, signal));
}

/** The same, for a job that carries out such a plan on its way. */
export async function carryOut(
  request: ApplyRequest,
  plan: ConfigurationPlan,
  emit: (event: RunEvent<never>) => void,
  signal: AbortSignal,
): Promise<RestoreConfigurationResult> {
  assertSameServer(plan, request.settings);
  const applied = new Map<PlannedConfiguration, AppliedChange>();
  const failed: FailedChange[] = [];
  const wanted = plan.items.filter(({ change }) => change.action === 'create' || change.action === 'update');
  const fail = ({ change }: PlannedConfiguration, error: BackupError) => {
    const { kind, stream, consumer, action } = change;
    failed.push({ kind, stream, ...(consumer === undefined ? {} : { consumer }), action, error: toPlainError(error) });
    emit({ kind: 'message', level: 'error', text: error.message });
  };
  for (const item of plan.items) {
    if (item.change.action === 'refused') fail(item, refusal(item));
  }
  let saved: string | undefined;
  if (wanted.length > 0) {
    const connection = await connectForRun(request.settings, signal);
    try {
      const api = new JetStreamApi(connection);
      const updates = wanted.filter(({ change }) => change.action === 'update');
      if (updates.length > 0) saved = await saveConfigurations(request.undoFolder, savedOf(updates));
      const meter = new CountMeter('apply', wanted.length, (progress) => emit({ kind: 'progress', progress }));
      const applyItem = async (item: PlannedConfiguration) => {
        try {
          throwIfAborted(signal, `Applying ${nameOf(item)}`);
          applied.set(item, await applyOne(api, item, request));
        } catch (error) {
          fail(item, toBackupError(error));
        }
        meter.step();
      };
      for (const { items, atOnce } of inSteps(wanted)) await inParallel(items, atOnce, applyItem);
    } finally {
      await connection.close();
    }
  }
  const plain = plan.items.map(({ change }) => change);
  const inOrder = wanted.flatMap((item) => applied.get(item) ?? []);
  return { plan: plain, problems: plan.problems, applied: inOrder, failed, ...(saved === undefined ? {} : { saved }) };
}

/** Streams that read no other one of the plan side by side, then those that do in their order, then consumers. */
function inSteps(items: readonly PlannedConfiguration[]): { items: PlannedConfiguration[]; atOnce: number }[] {
  const streams = items.filter(({ change }) => change.kind === 'stream');
  const names = new Set(streams.map(({ change }) => change.stream));
  const reads = ({ wanted }: PlannedConfiguration) =>
    originsOf(wanted as StreamConfig).some((origin) => names.has(origin));
  return [
    { items: streams.filter((item) => !reads(item)), atOnce: requestsAtOnce },
    { items: streams.filter(reads), atOnce: 1 },
    { items: items.filter(({ change }) => change.kind === 'consumer'), atOnce: requestsAtOnce },
  ];
}

async function applyOne(api: JetStreamApi, item: PlannedConfiguration, request: ApplyRequest): Promise<AppliedChange> {
  const { change, wanted, live } = item;
  const { kind, stream, consumer, action } = change;
  await assertStillAsPlanned(api, item, request);
  let returned: JsonObject;
  if (kind === 'stream') {
    const config = wanted as StreamConfig;
    returned = (live === undefined ? await api.createStream(config) : await api.updateStream(config)).config;
  } else {
    const config = wanted as ConsumerConfig;
    const info =
      live === undefined ? await api.createConsumer(stream, config) : await api.updateConsumer(stream, config);
    returned = info.config;
  }
  return {
    kind,
    stream,
    ...(consumer === undefined ? {} : { consumer }),
    action: action === 'create' ? 'create' : 'update',
    differences: droppedOf(kind, wanted, returned, judgedServer(api, [])),
  };
}

/** What the server's answer has otherwise than it was sent. Defaults that the server fills in are no news. */
function droppedOf(
  kind: ConfigurationKind,
  sent: JsonObject,
  returned: JsonObject,
  server: JudgedServer,
): AppliedChange['differences'] {
  const changes =
    kind === 'stream'
      ? judgeStreamUpdate(returned as StreamConfig, sent as StreamConfig, server)
      : judgeConsumerUpdate(returned, sent, server);
  return changes
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
    .map(({ field, from, to }) => ({ field, sent: to, returned: from }));
}

function refusal(item: PlannedConfiguration): BackupError {
  const { error, changes } = item.change;
  if (error !== undefined) return new BackupError(error.code, error.message, error);
  const refused = changes.filter(({ verdict }) => verdict === 'refused');
  const why = refused.map(({ field, reason }) => `${field}: ${reason ?? 'the server refuses it.'}`).join(' ');
  return new BackupError('notSupported', `${nameOf(item)} was not sent, because the server would refuse it. ${why}`);
}

/** A consumer is saved with its stream, whose file names it. */
function savedOf(items: PlannedConfiguration[]): { streams: StreamConfig[]; consumers: Map<string, ConsumerConfig[]> } {
  const streams = new Map<string, StreamConfig>();
  const consumers = new Map<string, ConsumerConfig[]>();
  for (const { change, live, liveStream } of items) {
    if (liveStream !== undefined) streams.set(change.stream, liveStream);
    if (live === undefined) continue;
    if (change.kind === 'stream') streams.set(change.stream, live as StreamConfig);
    else consumers.set(change.stream, [...(consumers.get(change.stream) ?? []), live]);
  }
  return { streams: [...streams.values()], consumers };
}
