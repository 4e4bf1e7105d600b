import { BackupError } from '../errors';
import type { ArchiveSummary, ConsumerPosition, ConsumerSnapshot, JsonObject, StreamConfig } from '../model';
import { readBlockIndex } from './blockIndex';
import { readConsumerState } from './consumerState';
import { damaged, truncated } from './failure';
import { collectFile, ignoredFile } from './fileSinks';
import { hashKeys, type HighwayHash } from './highwayHash';
import { limits, withinLimit } from './limits';
import { MessageBlockScanner } from './messageBlock';
import { consumerFromMeta, MetaFile, streamFromMeta } from './metaFile';
import { StreamContents } from './streamContents';
import { StreamIndexReader } from './streamIndex';
import { type FileSink, TarReader } from './tarReader';

/** What one format's reader finds out; the figures of the S2 stream around it are added by {@link ArchiveSummary}'s maker. */
export type ContentSummary = Omit<ArchiveSummary, 'archiveBytes' | 'uncompressedBytes'>;

interface ConsumerFiles {
  meta: MetaFile;
  position?: ConsumerPosition;
}

/** Checks the tar inside archive V1, as servers up to 2.14 write it. */
export class TarArchiveReader {
  private readonly tar = new TarReader((path, size) => this.openFile(path, size));
  private readonly paths = new Set<string>();
  private readonly meta: MetaFile;
  private readonly consumers = new Map<string, ConsumerFiles>();
  private readonly contents = new StreamContents();
  private stream: { config: StreamConfig; created: string | undefined } | undefined;
  private indexReader: StreamIndexReader | undefined;

  /** @param expected the stream's name; undefined takes it from the archive */
  constructor(
    private readonly hasher: HighwayHash,
    private readonly expected: string | undefined,
  ) {
    const keyOf = (json: JsonObject) => hashKeys.stream(streamFromMeta(json).config.name);
    this.meta = new MetaFile('', hasher.hash64, keyOf);
  }

  /** May change the bytes. @throws BackupError at the first thing wrong */
  write(bytes: Uint8Array): void {
    this.tar.write(bytes);
  }

  /** @throws BackupError where something is missing */
  end(): ContentSummary {
    this.tar.end();
    const { config, created } = this.streamOrFail();
    this.meta.check();
    return {
      format: 'v1',
      stream: config.name,
      config,
      ...(created === undefined ? {} : { created }),
      ...this.contents.sum(config),
      consumers: [...this.consumers].map(([name, files]) => consumerOf(name, files)),
    };
  }

  dispose(): void {
    this.indexReader?.dispose();
  }

  private openFile(written: string, size: number): FileSink {
    // A Windows server writes the paths of consumers with backslashes; no name may hold one.
    const path = written.replaceAll('\\', '/');
    if (this.paths.has(path)) throw damaged(`${path} is there twice`);
    this.paths.add(path);
    return naming(
      path,
      within(path, () => this.sinkFor(path, size)),
    );
  }

  private sinkFor(path: string, size: number): FileSink {
    switch (path) {
      case 'meta.inf':
        return collectFile(size, limits.metadata, (bytes) => this.setStreamMeta(bytes));
      case 'meta.sum':
        return collectFile(size, limits.metadata, (bytes) => this.meta.setSum(bytes));
      case 'msgs/index.db':
        return this.openStreamIndex(size);
      case 'errors.txt':
        return collectFile(size, limits.metadata, failOfServer);
    }
    const [, number, kind] = /^msgs\/(\d{1,10})\.(blk|idx|fss)$/.exec(path) ?? [];
    if (number !== undefined) return this.openBlockFile(Number(number), kind!, size);
    const [, consumer, file] = /^obs\/([^/]+)\/(meta\.inf|meta\.sum|o\.dat)$/s.exec(path) ?? [];
    if (consumer !== undefined) return this.openConsumerFile(consumer, file!, size);
    throw damaged('no server writes a file of this name');
  }

  private setStreamMeta(bytes: Uint8Array): void {
    this.meta.setMeta(bytes);
    const stream = streamFromMeta(this.meta.json ?? {});
    const { name } = stream.config;
    if (this.expected !== undefined && name !== this.expected) {
      throw new BackupError('archiveMismatch', `it names stream ${JSON.stringify(name)}`);
    }
    this.stream = stream;
  }

  /** The name is part of every hash key, so `meta.inf` is the first file. */
  private streamOrFail(): { config: StreamConfig; created: string | undefined } {
    if (this.stream === undefined) throw damaged('meta.inf is not the first file');
    return this.stream;
  }

  private openStreamIndex(size: number): FileSink {
    const reader = new StreamIndexReader(size, hashKeys.stream(this.streamOrFail().config.name), this.hasher);
    this.indexReader = reader;
    return {
      write: (bytes) => reader.write(bytes),
      end: () => {
        const index = reader.end();
        if (index !== undefined) this.contents.setStreamIndex(index);
      },
    };
  }

  private openBlockFile(index: number, kind: string, size: number): FileSink {
    if (kind === 'fss') return ignoredFile;
    if (kind === 'idx') {
      if (this.contents.hasBlock(index)) throw damaged('it comes after its block');
      return collectFile(size, limits.blockIndex, (bytes) => {
        this.contents.addBlockIndex(index, readBlockIndex(bytes));
      });
    }
    const key = hashKeys.block(this.streamOrFail().config.name, index);
    const { tally } = this.contents;
    const scanner = new MessageBlockScanner(index, key, this.hasher.hash64, tally, this.contents.blockIndexOf(index));
    return { write: (bytes) => scanner.write(bytes), end: () => this.contents.addBlock(scanner.end()) };
  }

  private openConsumerFile(name: string, file: string, size: number): FileSink {
    const files = this.consumers.get(name) ?? this.addConsumer(name);
    if (file === 'meta.inf') return collectFile(size, limits.metadata, (bytes) => files.meta.setMeta(bytes));
    if (file === 'meta.sum') return collectFile(size, limits.metadata, (bytes) => files.meta.setSum(bytes));
    return collectFile(size, limits.consumer, (bytes) => (files.position = readConsumerState(bytes)));
  }

  private addConsumer(name: string): ConsumerFiles {
    const key = hashKeys.consumer(this.streamOrFail().config.name, name);
    const files = { meta: new MetaFile(`obs/${name}/`, this.hasher.hash64, () => key) };
    this.consumers.set(name, files);
    withinLimit(this.consumers.size, limits.consumers, 'the number of consumers');
    return files;
  }
}

function consumerOf(name: string, files: ConsumerFiles): ConsumerSnapshot {
  const config = consumerFromMeta(files.meta.check());
  if (files.position === undefined) throw damaged(`obs/${name}/o.dat is missing`);
  return { name, config, position: files.position };
}

function failOfServer(bytes: Uint8Array): never {
  throw truncated(`the server gave up: ${new TextDecoder().decode(bytes).trim()}`);
}

/** The same sink, with the file's path in front of every error. */
function naming(path: string, sink: FileSink): FileSink {
  return {
    write: (bytes) => within(path, () => sink.write(bytes)),
    end: () => within(path, () => sink.end()),
  };
}

function within<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new BackupError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}
