import {
  changesBetween,
  compareNames,
  configurationFileName,
  differencesOf,
  Turns,
  type ConfigurationProblem,
  type ConsumerConfig,
  type FieldChange,
  type FolderContent,
  type JsonObject,
  type SourceConfiguration,
  type StreamConfig,
} from '../../engine';

/** How what a server has stands to the files of its context. */
export type DriftState =
  | { kind: 'same'; file: string }
  /** `from` of a change is the file's. */
  | { kind: 'differs'; file: string; changes: FieldChange[] }
  /** No file is of it. */
  | { kind: 'withoutFile' }
  /** The file that is named for it cannot be used. */
  | { kind: 'unreadable'; file: string };

/** A stream, or a consumer of it. */
export interface DriftName {
  stream: string;
  consumer?: string;
}

/** What the tree has listed of a context. */
export interface ListedLive {
  /** Whose defaults count. */
  server: { version: string; clustered: boolean };
  streams: ReadonlyMap<string, StreamConfig>;
  /** Those that no server answered for: nothing is known of them. */
  missing: ReadonlySet<string>;
  /** Durable ones by name, of the streams whose consumers were listed. */
  consumers: ReadonlyMap<string, ReadonlyMap<string, ConsumerConfig>>;
}

/** The comparison of one context's files with what the tree has listed of it. */
export interface DriftReport {
  /** Of what was listed, by {@link keyOf}. */
  states: ReadonlyMap<string, DriftState>;
  /** Files of what is not on the server, streams before their consumers. */
  onlyInFiles: readonly SourceConfiguration[];
  problems: readonly ConfigurationProblem[];
  /** Absolute paths of the folders that the files are in; at least one. */
  folders: readonly string[];
}

/** Comparisons that were made are kept as long as both sides are the same objects. */
export type ComparisonCache = WeakMap<JsonObject, { live: JsonObject; version: string; changes: FieldChange[] }>;

export function keyOf({ stream, consumer }: DriftName): string {
  return consumer === undefined ? stream : `${stream}\0${consumer}`;
}

export function nameOfKey(key: string): DriftName {
  const [stream = '', consumer] = key.split('\0');
  return { stream, ...(consumer === undefined ? {} : { consumer }) };
}

/** Compares, a few milliseconds at a time. Where two folders hold a file of the same, one that differs counts. */
export async function compareDrift(
  live: ListedLive,
  folders: readonly FolderContent[],
  cache: ComparisonCache,
): Promise<DriftReport> {
  const files = new Map<string, SourceConfiguration[]>();
  for (const each of folders.flatMap(({ configurations }) => configurations)) {
    const known = files.get(keyOf(each));
    if (known === undefined) files.set(keyOf(each), [each]);
    else known.push(each);
  }
  const states = new Map<string, DriftState>();
  const turns = new Turns();
  for (const { name, config } of namesOf(live)) {
    states.set(keyOf(name), stateOf(name, config, files.get(keyOf(name)) ?? [], { live, folders, cache }));
    await turns.next();
  }
  const firstOfEach = [...files.values()].flatMap(([first]) => first ?? []);
  const onlyInFiles = firstOfEach.filter((each) => isGone(each, live)).sort((a, b) => compareNames(keyOf(a), keyOf(b)));
  const problems = folders.flatMap((each) => each.problems);
  return { states, onlyInFiles, problems, folders: folders.map(({ folder }) => folder) };
}

function* namesOf({ streams, consumers }: ListedLive): Generator<{ name: DriftName; config: JsonObject }> {
  for (const [stream, config] of streams) yield { name: { stream }, config };
  for (const [stream, ofStream] of consumers) {
    for (const [consumer, config] of ofStream) yield { name: { stream, consumer }, config };
  }
}

interface Sides {
  live: ListedLive;
  folders: readonly FolderContent[];
  cache: ComparisonCache;
}

function stateOf(name: DriftName, config: JsonObject, files: SourceConfiguration[], sides: Sides): DriftState {
  const [first] = files;
  if (first === undefined) return withoutUsableFile(name, sides.folders);
  for (const each of files) {
    const changes = changesOf(each, config, sides);
    if (changes.length > 0) return { kind: 'differs', file: each.file, changes };
  }
  return { kind: 'same', file: first.file };
}

/** What is the same word for word, as after an export, needs no rules of a server. */
function changesOf(file: SourceConfiguration, live: JsonObject, { live: { server }, cache }: Sides): FieldChange[] {
  const known = cache.get(file.config);
  if (known?.live === live && known.version === server.version) return known.changes;
  const equal = differencesOf(file.config, live).length === 0;
  const changes = equal ? [] : changesBetween(file.kind, file.config, live, server);
  cache.set(file.config, { live, version: server.version, changes });
  return changes;
}

function withoutUsableFile({ stream, consumer }: DriftName, folders: readonly FolderContent[]): DriftState {
  const name = configurationFileName(stream, consumer);
  const unusable = folders.some(({ files }) => files.has(name));
  return unusable ? { kind: 'unreadable', file: name } : { kind: 'withoutFile' };
}

/** Of a consumer that is known only where its stream's consumers were listed. */
function isGone(file: SourceConfiguration, { streams, missing, consumers }: ListedLive): boolean {
  const { stream } = file;
  if (missing.has(stream)) return false;
  if (!streams.has(stream)) return true;
  return file.kind === 'consumer' && consumers.get(stream)?.has(file.consumer) === false;
}
