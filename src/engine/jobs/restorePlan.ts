import type { FileIdentity } from '../backupSet/archiveFile';
import { inspectSource } from '../backupSet/inspectSource';
import type { SourceStream } from '../backupSet/source';
import { originsFirst } from '../config/feeds';
import { BackupError, toPlainError, type PlainError } from '../errors';
import type { ArchiveSummary, ConnectionSettings, JsonObject, StreamConfig } from '../model';
import type { RunEvent } from '../progress';
import type { StreamFigures } from '../results';
import type { ConfigurationPlan } from './configurationPlan';
import type { RestoreOverrides } from './overrides';
import type { VerifyTask } from './transferTasks';

export interface RestoreRequest {
  settings: ConnectionSettings;
  /** Absolute path of a set, a stream's folder, or an account folder of the `nats` command line. */
  source: string;
  /** All streams of the source when absent. */
  streams?: string[];
  /** What to do with a stream that exists; `update` brings its configuration to the backup's and sends no messages. */
  existing: 'fail' | 'skip' | 'update';
  overrides: RestoreOverrides;
  /**
   * Streams of which a failed restore may be cleaned up (what it left is deleted), and of which an update of the
   * configuration may delete messages.
   */
  cleanUp: string[];
  /** Absolute path of the folder that configuration is saved in before an update; needed for `update`. */
  undoFolder?: string;
  /** Streams under way at once, from 1. */
  parallel: number;
  workerFile: string;
  /** How long a server may be silent while it is sent to, in ms; 30 s. Only tests have a reason to set it. */
  idleTimeoutMs?: number;
}

/** One stream of a plan, verified and compared with the server before anything is sent. */
export interface PlannedStream {
  name: string;
  action: 'restore' | 'update' | 'skip' | 'refused';
  /** Whether the server has a stream of this name. */
  exists: boolean;
  expected: StreamFigures;
  /** What a person should know before the restore. */
  warnings: string[];
  /** Limits of the configuration remove messages of the backup as soon as they are restored. */
  trimmed: boolean;
  /** Why it is refused. */
  error?: PlainError;
  /** What a restore sends. Absent if the source could not be read. */
  upload?: PlannedUpload;
}

/** A stream of a source that has all that a restore needs. */
export type ReadableSource = SourceStream & Required<Pick<SourceStream, 'archivePath' | 'config' | 'state'>>;

export interface PlannedUpload {
  source: ReadableSource;
  summary: ArchiveSummary;
  sha256: string;
  identity: FileIdentity;
  config: StreamConfig;
}

export interface RestorePlan {
  context: string;
  /** As `ConfigurationPlan.serverMark`. */
  serverMark: string;
  source: string;
  /** Origins before the mirrors and sourced streams that read them. */
  streams: PlannedStream[];
  /** Of the streams whose action is `update`. */
  configuration?: ConfigurationPlan;
}

/**
 * What has a worker read a stream's archive to its last record. An archive without a configuration beside it names its
 * stream itself.
 *
 * @throws BackupError the stream's own problem
 */
export function verifyTaskOf({ name, folder, archivePath, config, sha256, problem }: SourceStream): VerifyTask {
  if (problem !== undefined) throw problem;
  if (archivePath === undefined) {
    throw new BackupError('notABackup', `${folder} holds no complete backup of a stream.`);
  }
  const anyStream = config === undefined;
  return { kind: 'verify', archivePath, stream: name, anyStream, ...(sha256 === undefined ? {} : { sha256 }) };
}

/**
 * A stream with all that a restore needs. Of an archive that stands by itself the archive is asked for its stream's
 * name, configuration and state.
 *
 * @throws BackupError `notABackup` where the archive does not hold a configuration, and nothing beside it does
 */
export function readable(source: SourceStream, summary: ArchiveSummary): ReadableSource {
  const { archivePath = '' } = source;
  const config = source.config ?? summary.config;
  if (config === undefined) {
    const next = `Put its configuration beside it, as stream_${source.name}.json.`;
    const text = `${archivePath} is an archive of server 2.15 or later, which does not hold its stream's configuration. ${next}`;
    throw new BackupError('notABackup', text);
  }
  return { ...source, name: config.name, archivePath, config, state: source.state ?? stateOf(summary) };
}

/** As a server would have announced it. */
function stateOf({ messages, bytes, firstSeq, lastSeq, consumers, firstTime, lastTime }: ArchiveSummary): JsonObject {
  const none = '0001-01-01T00:00:00Z';
  return {
    messages,
    bytes,
    first_seq: firstSeq,
    first_ts: firstTime ?? none,
    last_seq: lastSeq,
    last_ts: lastTime ?? none,
    consumer_count: consumers.length,
  };
}

export type PlanEvent = RunEvent<RestorePlan>;

export interface ChosenStreams {
  /** Origins before the streams that read them. */
  chosen: SourceStream[];
  /** Asked for and not there, each refused by name. */
  absent: PlannedStream[];
  /** What a person should know of every stream chosen. */
  warnings: string[];
}

/** The streams of the source that the request is for. */
export async function chooseStreams(request: Pick<RestoreRequest, 'source' | 'streams'>): Promise<ChosenStreams> {
  const source = await inspectSource(request.source);
  const warnings = [
    ...(source.problem === undefined ? [] : [withoutManifest(source.problem)]),
    ...withoutData(source.configurationOnly ?? []),
  ];
  if (request.streams === undefined) return { chosen: inOrder(source.streams), absent: [], warnings };
  const asked = new Set(request.streams);
  const found = source.streams.filter((stream) => asked.has(stream.name));
  for (const stream of found) asked.delete(stream.name);
  const absent = [...asked].map((name) => {
    const held = source.streams.map((stream) => stream.name).join(', ') || 'none';
    if (source.configurationOnly?.includes(name) === true) {
      const next = 'Restore its configuration instead.';
      const text = `${request.source} holds only the configuration of stream ${name}, and no data. ${next}`;
      return refusedStream(name, new BackupError('notABackup', text));
    }
    const text = `Stream ${name} is not in ${request.source}. It holds: ${held}.`;
    return refusedStream(name, new BackupError('streamNotFound', text));
  });
  return { chosen: inOrder(found), absent, warnings };
}

/** An archive proves itself; what only the manifest knows is lost with it. */
function withoutManifest(problem: BackupError): string {
  return (
    `The manifest of the backup set cannot be read, so it is unknown which consumers the snapshot may have left out ` +
    `(they are not created) and which SHA-256 the archive should have: ${problem.message}`
  );
}

/** `nats backup` wrote all streams' data over each other, so that only that of the last one is left. */
function withoutData(streams: readonly string[]): string[] {
  if (streams.length === 0) return [];
  const named =
    streams.length > 10 ? `${streams.slice(0, 10).join(', ')} and ${streams.length - 10} more` : streams.join(', ');
  return [`The backup holds only the configuration of ${named}, without data: restore these as configuration.`];
}

export function refusedStream(name: string, error: BackupError): PlannedStream {
  return {
    name,
    action: 'refused',
    exists: false,
    trimmed: false,
    expected: noFigures,
    warnings: [],
    error: toPlainError(error),
  };
}

/** What a restored stream should have: what the archive holds, and the consumers that it lacks. */
export function figuresOf(summary: ArchiveSummary, missingConsumers = 0): StreamFigures {
  return {
    messages: summary.messages,
    bytes: summary.bytes,
    firstSeq: String(summary.firstSeq),
    lastSeq: String(summary.lastSeq),
    consumers: summary.consumers.length + missingConsumers,
  };
}

export const noFigures: StreamFigures = { messages: 0, bytes: 0, firstSeq: '0', lastSeq: '0', consumers: 0 };

function inOrder(streams: readonly SourceStream[]): SourceStream[] {
  return originsFirst(streams, (stream) => stream.config ?? { name: stream.name });
}
