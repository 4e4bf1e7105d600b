/** Plain data shared by all rooms of the engine. Everything here can cross a thread. */

/** An integer of the server's JSON: a number where that is exact, else a bigint. */
export type Integer = number | bigint;

export type JsonValue = null | boolean | string | number | bigint | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** A stream's configuration as the server sent it: the fields we look at, and all others untouched. */
export interface StreamConfig extends JsonObject {
  name: string;
  subjects?: string[];
  storage?: 'file' | 'memory';
  retention?: string;
  num_replicas?: number;
  /** Nanoseconds; 0 is unlimited. */
  max_age?: Integer;
  max_bytes?: Integer;
  max_msgs?: Integer;
  max_msgs_per_subject?: Integer;
  discard?: string;
  first_seq?: Integer;
  sealed?: boolean;
  mirror?: JsonObject;
  sources?: JsonObject[];
  placement?: { cluster?: string; tags?: string[] };
  metadata?: Record<string, string>;
}

/** A consumer's configuration as the server sent it. */
export interface ConsumerConfig extends JsonObject {
  name?: string;
  durable_name?: string;
  num_replicas?: number;
  mem_storage?: boolean;
}

/** A stream's state, from a server's JSON. */
export interface StreamState {
  messages: number;
  /** Bytes in the server's store: subject, headers, body and the store's own record overhead. */
  bytes: number;
  firstSeq: bigint;
  /** RFC 3339; the zero time (`0001-01-01T00:00:00Z`) where there is no message. */
  firstTime: string;
  lastSeq: bigint;
  lastTime: string;
  consumerCount: number;
  numDeleted: number;
}

/** How far a consumer is: consumer sequence and stream sequence. */
export interface SequencePair {
  consumer: bigint;
  stream: bigint;
}

/** Where a consumer stands. */
export interface ConsumerPosition {
  delivered: SequencePair;
  ackFloor: SequencePair;
  /** Delivered and not acknowledged. */
  ackPending: number;
  /** Messages of the stream still to be delivered; only a live server knows it. */
  pending?: number;
  redelivered: number;
}

export interface ConsumerSnapshot {
  name: string;
  config: ConsumerConfig;
  position: ConsumerPosition;
}

/** `v1`: a tar inside S2 (servers up to 2.14). `v2`: NATSARC1 inside S2 (2.15 and later). */
export type ArchiveFormat = 'v1' | 'v2';

/** What a whole, verified archive holds. */
export interface ArchiveSummary {
  format: ArchiveFormat;
  /** V1: the stream's name from `meta.inf`; a V2 archive does not hold one. */
  stream?: string;
  /** V1: the configuration from `meta.inf`; a V2 archive does not hold one. */
  config?: StreamConfig;
  /** Creation time of the stream (RFC 3339), V1 only. */
  created?: string;
  messages: number;
  /** Bytes of the messages as the file store counts them (a memory store counts less); at most, where not `exact`. */
  bytes: number;
  /** 0 where the archive holds no message and never held one; a server may show 1 for that. */
  firstSeq: bigint;
  lastSeq: bigint;
  /** Times of the oldest and the newest record (RFC 3339), V1 only and only where there is one. */
  firstTime?: string;
  lastTime?: string;
  /**
   * Whether `messages`, `bytes`, `firstSeq` and `lastSeq` are what a server will hold right after restore, before age
   * removes anything. Not so for a V1 archive without a usable index, as a stream that is written to meanwhile often
   * leaves: limits and deletes are then known only in part.
   */
  exact: boolean;
  /** V1 of a server from 2.10 on with tombstones, which a 2.9 server would take for messages. */
  hasTombstones: boolean;
  consumers: ConsumerSnapshot[];
  /** Size of the archive before S2 compression. */
  uncompressedBytes: number;
  archiveBytes: number;
}

/** PEM texts, not paths. Present means: TLS or no connection. */
export interface TlsSettings {
  /** TLS handshake before the server's INFO line (`tls_first`). */
  handshakeFirst: boolean;
  ca?: string;
  cert?: string;
  key?: string;
}

/** Credentials in plain text. Never logged, never part of an error or a manifest. */
export interface Credentials {
  user?: string;
  password?: string;
  token?: string;
  /** User JWT; with `seed` it is a creds file's content. */
  jwt?: string;
  /** NKEY seed, with or without a JWT. */
  seed?: string;
}

/** Everything that a thread needs to make a connection of its own. */
export interface ConnectionSettings {
  /** The context's name, for messages. */
  context: string;
  /** `host:port` each, without scheme or user information. */
  servers: string[];
  credentials: Credentials;
  tls?: TlsSettings;
  inboxPrefix?: string;
  /** Prefix of the JetStream API without the trailing dot: `$JS.API`, `$JS.<domain>.API` or the context's own. */
  apiPrefix: string;
}

/** One replica of a raft group, as its leader sees it. */
export interface ReplicaInfo {
  name: string;
  current: boolean;
  offline: boolean;
  /** Nanoseconds since it was last heard. */
  active: Integer;
  /** Raft entries behind the leader. */
  lag: number;
}

/** A stream's or consumer's raft group. Absent on a server without a cluster. */
export interface ClusterInfo {
  name: string;
  leader?: string;
  /** Without the leader. */
  replicas: ReplicaInfo[];
}

export interface StreamInfo {
  config: StreamConfig;
  state: StreamState;
  /** RFC 3339. */
  created: string;
  cluster?: ClusterInfo;
}

export interface ConsumerInfo extends ConsumerSnapshot {
  stream: string;
  created: string;
  cluster?: ClusterInfo;
}

/** Every stream of an account, and those that could not be told. */
export interface StreamListing {
  streams: StreamInfo[];
  /** Streams that the meta leader knows and that no server answered for. */
  missing: string[];
}

/** The consumers of a stream. */
export interface ConsumerListing {
  consumers: ConsumerInfo[];
  /** Consumers that the stream has and that no server answered for. */
  missing: string[];
}

/** JetStream use of an account; -1 is unlimited. */
export interface AccountInfo {
  memory: number;
  storage: number;
  streams: number;
  consumers: number;
  limits: AccountLimits;
  /** The account has other limits for streams of one replica than for those of three; {@link limits} says nothing then. */
  tiered: boolean;
  domain?: string;
  apiLevel: number;
}

/** Below 0 there is no limit; 0 is also none for all but memory and storage. */
export interface AccountLimits {
  /** Bytes, also of those that streams reserve by their max_bytes. */
  maxMemory: Integer;
  maxStorage: Integer;
  maxStreams: Integer;
  /** Of each stream. */
  maxConsumers: Integer;
  /** Of each consumer. */
  maxAckPending: Integer;
  /** The highest max_bytes of a stream in memory and of one in files. */
  maxMemoryStreamBytes: Integer;
  maxStorageStreamBytes: Integer;
  /** Every stream must have max_bytes. */
  maxBytesRequired: boolean;
}
