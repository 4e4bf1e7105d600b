import type { MarkdownString } from 'vscode';
import { formatBytes, type AccountInfo, type ConsumerInfo, type ReplicaInfo, type StreamInfo } from '../../../engine';
import { bytesOfLimit, describeConsumer } from '../../ui/describe';
import { describeTime } from '../../ui/format';
import { linesOf, type Line, type Note } from '../linesOf';

/** What is to be said above what a row is. */
export interface Remarks {
  notes: readonly (Note | undefined)[];
  /** The fields that differ from the files. */
  changes: readonly Line[];
}

export function streamTooltip({ config, state, cluster, created }: StreamInfo, remarks: Remarks): MarkdownString {
  const mirror = config.mirror?.['name'];
  const sources = config.sources?.map((source) => source['name']).filter((name) => typeof name === 'string');
  return linesOf(
    config.name,
    [
      ...remarks.changes,
      ['Subjects', config.subjects?.join(', ')],
      ['Mirror of', typeof mirror === 'string' ? mirror : ''],
      ['Sources', sources?.join(', ')],
      ['Messages', state.messages.toLocaleString('en')],
      ['Bytes', formatBytes(state.bytes)],
      ['Sequences', state.lastSeq === 0n ? '' : `${state.firstSeq} to ${state.lastSeq}`],
      ['Deleted inside', state.numDeleted > 0 ? state.numDeleted.toLocaleString('en') : ''],
      ['Last message', state.messages > 0 ? timeOf(state.lastTime) : ''],
      ['Consumers', state.consumerCount.toLocaleString('en')],
      ['Storage', config.storage],
      ['Retention', config.retention],
      ['Replicas', String(config.num_replicas ?? 1)],
      ['Leader', cluster?.leader],
      ['Created', timeOf(created)],
    ],
    ...remarks.notes,
  );
}

export function consumerTooltip(consumer: ConsumerInfo, remarks: Remarks): MarkdownString {
  const { position, config } = consumer;
  const filter = config['filter_subject'];
  return linesOf(
    consumer.name,
    [
      ...remarks.changes,
      ['State', describeConsumer(consumer)],
      ['Filter', typeof filter === 'string' ? filter : ''],
      [
        'Delivered up to',
        `stream sequence ${position.delivered.stream}, consumer sequence ${position.delivered.consumer}`,
      ],
      ['Ack floor', `stream sequence ${position.ackFloor.stream}, consumer sequence ${position.ackFloor.consumer}`],
      ['Replicas', config.num_replicas ? String(config.num_replicas) : "as the stream's"],
      ['Leader', consumer.cluster?.leader],
      ['Created', timeOf(consumer.created)],
    ],
    ...remarks.notes,
  );
}

export function accountTooltip(account: AccountInfo, server: string): MarkdownString {
  const { limits } = account;
  return linesOf('JetStream account', [
    ['File storage', bytesOfLimit(account.storage, limits.maxStorage)],
    ['Memory storage', bytesOfLimit(account.memory, limits.maxMemory)],
    ['Streams', String(account.streams)],
    ['Consumers', String(account.consumers)],
    ['Domain', account.domain],
    ['Server', server],
  ]);
}

export function replicaTooltip(replica: ReplicaInfo): MarkdownString {
  const seconds = Number(replica.active) / 1e9;
  return linesOf(replica.name, [
    ['State', replica.offline ? 'offline' : replica.current ? 'current' : 'not current'],
    ['Behind the leader', replica.lag > 0 ? `${replica.lag.toLocaleString('en')} operations` : ''],
    ['Last heard', replica.active === 0 ? '' : `${seconds.toFixed(1)} s before this was read`],
  ]);
}

/** A server's time as the rest of VS Code shows times. */
function timeOf(time: string | undefined): string {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? '' : describeTime(ms);
}
