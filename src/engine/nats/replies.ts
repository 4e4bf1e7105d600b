import type {
  AccountInfo,
  ClusterInfo,
  ConsumerInfo,
  ConsumerPosition,
  Integer,
  JsonObject,
  JsonValue,
  ReplicaInfo,
  SequencePair,
  StreamConfig,
  StreamInfo,
  StreamState,
} from '../model';

/** Turns the server's JSON into the engine's data. A field that is absent has its zero value, as in the server's Go. */
export function toStreamInfo(reply: JsonObject): StreamInfo {
  const cluster = toClusterInfo(reply['cluster']);
  return {
    config: objectOf(reply['config']) as StreamConfig,
    state: toStreamState(objectOf(reply['state'])),
    created: textOf(reply['created']),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

export function toStreamState(state: JsonObject): StreamState {
  return {
    messages: numberOf(state['messages']),
    bytes: numberOf(state['bytes']),
    firstSeq: bigintOf(state['first_seq']),
    firstTime: textOf(state['first_ts']),
    lastSeq: bigintOf(state['last_seq']),
    lastTime: textOf(state['last_ts']),
    consumerCount: numberOf(state['consumer_count']),
    numDeleted: numberOf(state['num_deleted']),
  };
}

export function toConsumerInfo(reply: JsonObject): ConsumerInfo {
  const cluster = toClusterInfo(reply['cluster']);
  return {
    stream: textOf(reply['stream_name']),
    name: textOf(reply['name']),
    config: objectOf(reply['config']),
    created: textOf(reply['created']),
    position: toPosition(reply),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

export function toAccountInfo(reply: JsonObject): AccountInfo {
  const limits = objectOf(reply['limits']);
  const domain = textOf(reply['domain']);
  return {
    memory: numberOf(reply['memory']),
    storage: numberOf(reply['storage']),
    streams: numberOf(reply['streams']),
    consumers: numberOf(reply['consumers']),
    limits: {
      maxMemory: integerOf(limits['max_memory']),
      maxStorage: integerOf(limits['max_storage']),
      maxStreams: integerOf(limits['max_streams']),
      maxConsumers: integerOf(limits['max_consumers']),
      maxAckPending: integerOf(limits['max_ack_pending']),
      maxMemoryStreamBytes: integerOf(limits['memory_max_stream_bytes']),
      maxStorageStreamBytes: integerOf(limits['storage_max_stream_bytes']),
      maxBytesRequired: limits['max_bytes_required'] === true,
    },
    tiered: Object.keys(objectOf(reply['tiers'])).length > 0,
    apiLevel: numberOf(objectOf(reply['api'])['level']),
    ...(domain === '' ? {} : { domain }),
  };
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: JsonValue | undefined): number {
  return Number(integerOf(value));
}

function integerOf(value: JsonValue | undefined): Integer {
  return typeof value === 'number' || typeof value === 'bigint' ? value : 0;
}

export function bigintOf(value: JsonValue | undefined): bigint {
  return BigInt(integerOf(value));
}

function toPosition(reply: JsonObject): ConsumerPosition {
  return {
    delivered: toSequencePair(objectOf(reply['delivered'])),
    ackFloor: toSequencePair(objectOf(reply['ack_floor'])),
    ackPending: numberOf(reply['num_ack_pending']),
    pending: numberOf(reply['num_pending']),
    redelivered: numberOf(reply['num_redelivered']),
  };
}

function toSequencePair(pair: JsonObject): SequencePair {
  return { consumer: bigintOf(pair['consumer_seq']), stream: bigintOf(pair['stream_seq']) };
}

/** A server without a cluster sends no `cluster` up to 2.9 and one without a name later: both are no cluster. */
function toClusterInfo(value: JsonValue | undefined): ClusterInfo | undefined {
  const cluster = objectOf(value);
  const name = textOf(cluster['name']);
  if (name === '') return undefined;
  const leader = textOf(cluster['leader']);
  const replicas = listOf(cluster['replicas']).map((each) => toReplica(objectOf(each)));
  return { name, replicas, ...(leader === '' ? {} : { leader }) };
}

function toReplica(replica: JsonObject): ReplicaInfo {
  return {
    name: textOf(replica['name']),
    current: replica['current'] === true,
    offline: replica['offline'] === true,
    active: integerOf(replica['active']),
    lag: numberOf(replica['lag']),
  };
}
