import { randomBytes } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../config/canonicalJson';
import { BackupError } from '../errors';
import type { ConsumerConfig, StreamConfig } from '../model';
import { inParallel } from '../util/inParallel';
import { withFileErrors } from './fileError';
import { configFolder, dataFolder, manifestName, partialFolderName, setFolderName } from './layout';
import type { Manifest, ManifestFile, ManifestStream } from './manifest';
import { writeManifest } from './manifestFile';
import { moveIntoPlace, removeUpTo } from './moveIntoPlace';
import { assignConsumerNames, assignStreamNames, consumerFileName, contextFolderName, streamFileName } from './names';
import { claimFolder, ownerFile, type Heartbeat } from './owner';
import { flush, makePrivateFolder, writePrivateFile, type WrittenFile } from './privateFile';

export interface NewSet {
  /** Absolute; made if it does not exist. */
  backupFolder: string;
  context: string;
  startedAt: Date;
  /** Every stream that the run is asked for: their folder names depend on one another. */
  streams: Iterable<string>;
}

/** A journal takes several at once for hardly more than one; Node has four threads for them. */
const flushesAtOnce = 8;

/** What a run knows at its end; paths and files are the writer's. */
export type ManifestContent = Omit<Manifest, 'files' | 'streams'> & { streams: Omit<ManifestStream, 'folder'>[] };

/**
 * A backup set while it is written, in a temporary folder beside its final name. It ends with `finish` or `discard`;
 * after a `finish` that failed `discard` is still wanted.
 */
export interface BackupSetWriter {
  /** The temporary folder. */
  readonly path: string;
  /** Name of the stream's folder in `data/`, and its part of file names. */
  folderOf(stream: string): string;
  /** Writes the stream's configuration file and one for each consumer given (those that are durable). */
  writeConfiguration(stream: string, config: StreamConfig, consumers: ConsumerConfig[]): Promise<void>;
  /** Makes the stream's folder for data; a worker may then write there (`openArchiveFile`, `writeBackupJson`). */
  makeStreamFolder(stream: string): Promise<string>;
  /** Takes a file that was written and flushed into the stream's folder into the manifest. */
  addDataFile(stream: string, file: WrittenFile): void;
  /** Removes the stream's folder for data and all in it; its configuration stays. */
  discardStream(stream: string): Promise<void>;
  /**
   * Completes the set and moves it to its final name, the UTC time of its start; where that is taken `-2`, `-3` … is
   * added. Folders of streams that were not backed up are removed.
   *
   * @returns the final path
   * @throws BackupError `diskFull`, `fileAccess`
   */
  finish(content: ManifestContent): Promise<string>;
  /** Removes everything that was written, and the folders above it that were made for it. Never throws. */
  discard(): Promise<void>;
}

/**
 * Starts a backup set at `<backupFolder>/<context>/<UTC time>`.
 *
 * @throws BackupError `diskFull`, `fileAccess`
 */
export async function createSet(options: NewSet): Promise<BackupSetWriter> {
  const parent = join(options.backupFolder, contextFolderName(options.context));
  const finalPath = join(parent, setFolderName(options.startedAt));
  const path = partialFolderName(finalPath, randomBytes(4).toString('hex'));
  const topmostMade = (await makePrivateFolder(path)) ?? path;
  const removeAll = () => removeUpTo(path, topmostMade);
  try {
    const heartbeat = await claimFolder(path);
    return new SetWriter(path, finalPath, assignStreamNames(options.streams), heartbeat, removeAll);
  } catch (error) {
    await removeAll();
    throw error;
  }
}

class SetWriter implements BackupSetWriter {
  private readonly configFiles: ManifestFile[] = [];
  private readonly dataFiles = new Map<string, ManifestFile[]>();
  private readonly madeFolders = new Set<string>();

  constructor(
    readonly path: string,
    private readonly finalPath: string,
    private readonly names: Map<string, string>,
    private readonly heartbeat: Heartbeat,
    private readonly removeAll: () => Promise<void>,
  ) {}

  folderOf(stream: string): string {
    const name = this.names.get(stream);
    if (name === undefined) throw new BackupError('internal', `Stream ${stream} is not one of this backup set.`);
    return name;
  }

  async writeConfiguration(stream: string, config: StreamConfig, consumers: ConsumerConfig[]): Promise<void> {
    const folder = this.folderOf(stream);
    const byName = new Map(consumers.map((consumer) => [consumer.durable_name ?? consumer.name ?? '', consumer]));
    const names = assignConsumerNames(byName.keys());
    await this.writeConfigFile(streamFileName(folder), canonicalStreamConfig(config));
    for (const [name, consumer] of byName) {
      await this.writeConfigFile(consumerFileName(folder, names.get(name) ?? name), canonicalConsumerConfig(consumer));
    }
  }

  async makeStreamFolder(stream: string): Promise<string> {
    const path = this.streamPath(stream);
    await this.makeFolder(dataFolder);
    await makePrivateFolder(path);
    this.dataFiles.set(stream, []);
    return path;
  }

  addDataFile(stream: string, { name, size, sha256 }: WrittenFile): void {
    const files = this.dataFiles.get(stream);
    if (files === undefined) throw new BackupError('internal', `Stream ${stream} has no folder in this backup set.`);
    files.push({ path: `${dataFolder}/${this.folderOf(stream)}/${name}`, size, sha256 });
  }

  async discardStream(stream: string): Promise<void> {
    const path = this.streamPath(stream);
    this.dataFiles.delete(stream);
    await withFileErrors('remove the folder', path, () => rm(path, { recursive: true, force: true }));
  }

  async finish(content: ManifestContent): Promise<string> {
    const whole = new Set(content.streams.flatMap(({ name, outcome }) => (outcome === 'backedUp' ? [name] : [])));
    for (const stream of this.dataFiles.keys()) {
      if (!whole.has(stream)) await this.discardStream(stream);
    }
    if (this.dataFiles.size === 0 && this.madeFolders.delete(dataFolder)) await rmdir(join(this.path, dataFolder));
    await writeManifest(this.path, {
      ...content,
      streams: content.streams.map((stream) => (whole.has(stream.name) ? this.withFolder(stream) : stream)),
      files: [...this.configFiles, ...[...this.dataFiles.values()].flat()],
    });
    await writePrivateFile(join(this.path, '.gitignore'), `${dataFolder}/\n`);
    await this.flushAll();
    this.heartbeat.stop();
    await withFileErrors('finish the backup set', this.path, () => rm(join(this.path, ownerFile), { force: true }));
    await flush(this.path, 'folder');
    const path = await moveIntoPlace(this.path, this.finalPath);
    await flush(dirname(path), 'folder');
    return path;
  }

  async discard(): Promise<void> {
    this.heartbeat.stop();
    await this.removeAll();
  }

  private withFolder(stream: Omit<ManifestStream, 'folder'>): ManifestStream {
    const files = this.dataFiles.get(stream.name) ?? [];
    if (files.length !== 2) {
      throw new BackupError(
        'internal',
        `Stream ${stream.name} was backed up, but ${files.length} of its 2 files are known.`,
      );
    }
    return { ...stream, folder: this.folderOf(stream.name) };
  }

  /** Data files are flushed by those who write them; all others are flushed here, where that can be done side by side. */
  private async flushAll(): Promise<void> {
    const written = [...this.configFiles.map(({ path }) => path), manifestName, '.gitignore'];
    await inParallel(written, flushesAtOnce, (file) => flush(join(this.path, file), 'file'));
    const streams = [...this.dataFiles.keys()].map((stream) => relative(this.path, this.streamPath(stream)));
    await inParallel([...streams, ...this.madeFolders], flushesAtOnce, (folder) =>
      flush(join(this.path, folder), 'folder'),
    );
  }

  private async writeConfigFile(name: string, text: string): Promise<void> {
    await this.makeFolder(configFolder);
    const written = await writePrivateFile(join(this.path, configFolder, name), text);
    this.configFiles.push({ path: `${configFolder}/${name}`, ...written });
  }

  private async makeFolder(name: string): Promise<void> {
    if (this.madeFolders.has(name)) return;
    await makePrivateFolder(join(this.path, name));
    this.madeFolders.add(name);
  }

  private streamPath(stream: string): string {
    return join(this.path, dataFolder, this.folderOf(stream));
  }
}
