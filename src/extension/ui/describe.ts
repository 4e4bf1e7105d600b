import { basename, dirname } from 'node:path';
import {
  formatBytes,
  type AccountInfo,
  type ConsumerInfo,
  type Integer,
  type StreamConfig,
  type StreamInfo,
} from '../../engine';
import { countOf, phrase } from './format';

/** What a stream is, beyond a plain one. */
export type StreamKind = 'keyValue' | 'objects' | 'mirror' | 'sourced' | 'memory' | 'plain';

export function kindOf(config: StreamConfig): StreamKind {
  if (config.name.startsWith('KV_')) return 'keyValue';
  if (config.name.startsWith('OBJ_')) return 'objects';
  if (config.mirror) return 'mirror';
  if (config.sources && config.sources.length > 0) return 'sourced';
  return config.storage === 'memory' ? 'memory' : 'plain';
}

const kindNames: Readonly<Record<StreamKind, string>> = {
  keyValue: 'KV bucket',
  objects: 'object bucket',
  mirror: 'mirror',
  sourced: 'sourced',
  memory: '',
  plain: '',
};

/** `12,345 messages · 1.2 GiB · R3 · mirror · memory · sealed` */
export function describeStream({ config, state }: StreamInfo): string {
  return phrase(
    countOf(state.messages, 'message'),
    formatBytes(state.bytes),
    `R${config.num_replicas ?? 1}`,
    kindNames[kindOf(config)],
    config.storage === 'memory' ? 'memory' : '',
    config.sealed ? 'sealed' : '',
  );
}

/** `pull · 5 pending · 2 unacknowledged` */
export function describeConsumer({ config, position }: ConsumerInfo): string {
  return phrase(
    config['deliver_subject'] ? 'push' : 'pull',
    config.durable_name === undefined ? 'ephemeral' : '',
    `${(position.pending ?? 0).toLocaleString('en')} pending`,
    position.ackPending > 0 ? `${position.ackPending.toLocaleString('en')} unacknowledged` : '',
    position.redelivered > 0 ? `${position.redelivered.toLocaleString('en')} redelivered` : '',
  );
}

/** `file 1.2 GiB of 10 GiB · memory 0 B · 3 streams · 5 consumers`: what runs out first is not what a narrow view cuts. */
export function describeAccount(account: AccountInfo): string {
  const { limits } = account;
  return phrase(
    `file ${bytesOfLimit(account.storage, limits.maxStorage)}`,
    `memory ${bytesOfLimit(account.memory, limits.maxMemory)}`,
    countOfLimit(account.streams, limits.maxStreams, 'stream'),
    countOfLimit(account.consumers, limits.maxConsumers, 'consumer'),
  );
}

/** The largest part of a limit that is used, 0 to 1; 0 without limits. */
export function fullness({ memory, storage, streams, consumers, limits }: AccountInfo): number {
  const parts: [number, Integer][] = [
    [memory, limits.maxMemory],
    [storage, limits.maxStorage],
    [streams, limits.maxStreams],
    [consumers, limits.maxConsumers],
  ];
  return Math.max(0, ...parts.map(([used, limit]) => (limited(limit) ? used / Number(limit) : 0)));
}

/** `1.2 GiB of 10 GiB`; without a limit the use alone. */
export function bytesOfLimit(used: number, limit: Integer): string {
  return limited(limit) ? `${formatBytes(used)} of ${formatBytes(Number(limit))}` : formatBytes(used);
}

function countOfLimit(used: number, limit: Integer, what: string): string {
  if (!limited(limit)) return countOf(used, what);
  return `${used.toLocaleString('en')} of ${countOf(Number(limit), what)}`;
}

/** The server says -1 for no limit; 0 comes from servers that have none set. */
function limited(limit: Integer): boolean {
  return limit > 0;
}

/** `config` in a context's folder is named for the context, any other folder for itself. */
export function nameOfConfigurationFolder(path: string): string {
  const name = basename(path);
  return name === 'config' || name === 'undo' ? unescaped(basename(dirname(path))) : name;
}

/** `a:b` of `a%3Ab`, as the name of a context's folder is escaped. */
function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
