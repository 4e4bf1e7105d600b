import { dirname } from 'node:path';
import { EventEmitter, workspace, type Disposable, type Event } from 'vscode';
import {
  configurationFolderOf,
  ConfigurationReader,
  type ConsumerInfo,
  type FolderContent,
  type ServerFacts,
  type SourceConfiguration,
  type StreamInfo,
  type StreamListing,
} from '../../engine';
import type { Log } from '../ui/log';
import type { BackupSets } from './backupSets';
import {
  compareDrift,
  keyOf,
  nameOfKey,
  type ComparisonCache,
  type DriftName,
  type DriftReport,
  type DriftState,
  type ListedLive,
} from './contextDrift';
import { Disposables } from './disposables';
import { FolderWatch } from './folderWatch';
import type { RefreshRequests } from './refreshRequests';

/** What is to be drawn anew. */
export interface DriftChange {
  context: string;
  /** Streams and consumers that stand otherwise to their files than before. */
  names: readonly DriftName[];
  /** The context has a folder of configuration files now, or no longer has one. */
  folder: boolean;
}

interface Watched {
  live: Mutable<ListedLive>;
  /** By the folder. */
  readers: Map<string, ConfigurationReader>;
  contents: FolderContent[];
  /** The files may be other ones than were read. */
  stale: boolean;
  cache: ComparisonCache;
  report?: DriftReport;
  updating: boolean;
  again: boolean;
}

type Mutable<T> = {
  -readonly [Member in keyof T]: T[Member] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T[Member];
};

/**
 * How the streams and consumers of the contexts that are open stand to their files in the workspace,
 * `<backupFolder>/<context>/config`. It asks no server: those that list something say so here. Files are read once and
 * watched. Of a context without such a folder nothing is said.
 */
export class Drift implements Disposable {
  private readonly owned = new Disposables();
  private readonly emitter = this.owned.add(new EventEmitter<DriftChange>());
  readonly onDidChange: Event<DriftChange> = this.emitter.event;
  private readonly watch = this.owned.add(new FolderWatch());
  private readonly contexts = new Map<string, Watched>();
  private visible = true;
  private ended = false;

  constructor(
    private readonly sets: Pick<BackupSets, 'folders'>,
    requests: RefreshRequests,
    private readonly log: Log,
  ) {
    const readAgain = () => this.readAgain();
    this.owned.add(this.watch.onDidChange(readAgain));
    this.owned.add(workspace.onDidChangeWorkspaceFolders(readAgain));
    this.owned.add(
      workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration('jetstream.backupFolder') && readAgain(),
      ),
    );
    this.owned.add(requests.onDidRequest(({ context }) => context ?? readAgain()));
  }

  /** All streams of a context were listed. Of consumers that were listed before it still knows. */
  streamsListed(context: string, { streams, missing }: StreamListing, server: ServerFacts): void {
    const known = this.contexts.get(context);
    const byName = new Map(streams.map(({ config }) => [config.name, config]));
    const consumers = [...(known?.live.consumers ?? [])].filter(([stream]) => byName.has(stream));
    const { version, clusterName } = server;
    const live = {
      server: { version, clustered: clusterName !== undefined },
      streams: byName,
      missing: new Set(missing),
      consumers: new Map(consumers),
    };
    if (known === undefined) {
      this.contexts.set(context, newlyWatched(live));
    } else {
      known.live = live;
    }
    void this.update(context);
  }

  /** One stream was read, and its consumers were listed. Ephemeral ones have no files. */
  streamListed(context: string, { config }: StreamInfo, consumers: readonly ConsumerInfo[]): void {
    const known = this.contexts.get(context);
    if (known === undefined) return;
    const durable = consumers.filter((consumer) => consumer.config.durable_name !== undefined);
    known.live.streams.set(config.name, config);
    known.live.consumers.set(config.name, new Map(durable.map((consumer) => [consumer.name, consumer.config])));
    void this.update(context);
  }

  /** The context was removed, or is another one now. */
  forget(context: string): void {
    this.contexts.delete(context);
  }

  /** While nobody sees the tree, files that change are not read. */
  show(visible: boolean): void {
    if (this.visible === visible) return;
    this.visible = visible;
    if (visible) this.readAgain();
  }

  /** Undefined where there are no files, and as long as nothing was compared. */
  of(context: string, name: DriftName): DriftState | undefined {
    return this.contexts.get(context)?.report?.states.get(keyOf(name));
  }

  /** Undefined where the context has no folder of configuration files. */
  reportOf(context: string): DriftReport | undefined {
    return this.contexts.get(context)?.report;
  }

  /** Absolute paths of the folders that the context's files are in. */
  foldersOf(context: string): string[] {
    const roots = this.sets.folders().filter(({ opened }) => !opened);
    return [...new Set(roots.map(({ path }) => configurationFolderOf(path, context)))];
  }

  /** Files of consumers that a stream on the server does not have. */
  consumersOnlyInFiles(context: string, stream: string): SourceConfiguration[] {
    const live = this.contexts.get(context)?.live.streams.has(stream);
    if (live !== true) return [];
    return (this.reportOf(context)?.onlyInFiles ?? []).filter((each) => each.stream === stream);
  }

  dispose(): void {
    this.ended = true;
    this.contexts.clear();
    this.owned.dispose();
  }

  private readAgain(): void {
    if (!this.visible) return;
    this.watch.forgetVisits();
    for (const [context, watched] of this.contexts) {
      watched.stale = true;
      void this.update(context);
    }
  }

  /** One at a time; what changes meanwhile is seen by one more. */
  private async update(context: string): Promise<void> {
    const watched = this.contexts.get(context);
    if (watched === undefined) return;
    watched.again = true;
    if (watched.updating) return;
    watched.updating = true;
    try {
      while (watched.again && !this.ended) {
        watched.again = false;
        await this.compare(context, watched);
      }
    } catch (error) {
      watched.stale = true;
      this.log.error(`comparing the files of context ${context}`, error);
    } finally {
      watched.updating = false;
    }
  }

  private async compare(context: string, watched: Watched): Promise<void> {
    if (watched.stale) {
      watched.stale = false;
      watched.contents = await this.read(context, watched);
    }
    const { contents, live, cache, report: before } = watched;
    const report = contents.length === 0 ? undefined : await compareDrift(live, contents, cache);
    if (this.contexts.get(context) !== watched) return;
    if (report === undefined) delete watched.report;
    else watched.report = report;
    const names = changedNames(before, report);
    const folder = (before === undefined) !== (report === undefined);
    if (names.length > 0 || folder) this.emitter.fire({ context, names, folder });
  }

  private async read(context: string, { readers }: Watched): Promise<FolderContent[]> {
    this.watch.watch([...this.contexts.keys()].flatMap((each) => this.foldersOf(each)));
    const folders = this.foldersOf(context);
    const contents: FolderContent[] = [];
    for (const folder of folders) {
      this.visitWayTo(folder);
      const reader = readers.get(folder) ?? new ConfigurationReader(folder);
      readers.set(folder, reader);
      const content = await reader.read();
      if (content !== undefined) contents.push(content);
    }
    return contents;
  }

  /** The folder may come later, and those above it with it: from the first that is there on each is watched. */
  private visitWayTo(folder: string): void {
    let above = dirname(dirname(folder));
    while (!this.watch.visit(above) && dirname(above) !== above) above = dirname(above);
    for (const each of [dirname(folder), folder]) this.watch.visit(each);
  }
}

function newlyWatched(live: Watched['live']): Watched {
  const cache: ComparisonCache = new WeakMap();
  return { live, cache, readers: new Map(), contents: [], stale: true, updating: false, again: false };
}

function changedNames(before: DriftReport | undefined, after: DriftReport | undefined): DriftName[] {
  const names = new Map<string, DriftName>();
  const add = (key: string) => names.set(key, nameOfKey(key));
  const keys = new Set([...(before?.states.keys() ?? []), ...(after?.states.keys() ?? [])]);
  for (const key of keys) if (!isSameState(before?.states.get(key), after?.states.get(key))) add(key);
  const [gone, present] = [before, after].map((report) => new Set(report?.onlyInFiles.map(keyOf)));
  for (const key of gone ?? []) if (present?.has(key) !== true) add(key);
  for (const key of present ?? []) if (gone?.has(key) !== true) add(key);
  return [...names.values()];
}

function isSameState(a: DriftState | undefined, b: DriftState | undefined): boolean {
  if (a?.kind !== b?.kind) return false;
  if (a?.kind === 'differs' && b?.kind === 'differs') return a.changes === b.changes;
  return true;
}
