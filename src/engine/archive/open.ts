import { BackupError, toBackupError } from '../errors';
import type { ArchiveFormat, ArchiveSummary } from '../model';
import { truncated } from './failure';
import { loadHighwayHash, type HighwayHash } from './highwayHash';
import { NatsArchiveReader, natsArchiveMagic } from './natsArchive';
import { S2Decoder } from './s2Stream';
import { type ContentSummary, TarArchiveReader } from './tarArchive';

/** Checks an archive while it goes by. All work is done inside `write`, in memory that does not grow with the messages' size. */
export interface ArchiveVerifier {
  /**
   * Takes the archive's next bytes, in slices of any size. They are not changed, and not needed after the return.
   *
   * @throws BackupError at the first thing wrong; afterwards always the same one
   */
  write(bytes: Uint8Array): void;
  /**
   * Ends the archive.
   *
   * @throws BackupError `archiveTruncated` where it is not whole, or what `write` threw
   */
  end(): ArchiveSummary;
  /** Known once the first 8 plain bytes were seen. */
  readonly format: ArchiveFormat | undefined;
  /** Bytes taken so far. */
  readonly archiveBytes: number;
  /** Bytes so far after decompression. */
  readonly uncompressedBytes: number;
  /** Gives memory back; to be called whatever happened, more than once if need be. */
  dispose(): void;
}

export interface VerifierOptions {
  /** The stream that the archive should be of. V1 names it and must agree; V2 does not. Used in messages. */
  stream?: string;
}

/** @throws BackupError never by itself; the verifier does */
export async function createArchiveVerifier(options: VerifierOptions = {}): Promise<ArchiveVerifier> {
  return new Verifier(options.stream, await loadHighwayHash());
}

interface ContentReader {
  write(bytes: Uint8Array): void;
  end(): ContentSummary;
  dispose?(): void;
}

class Verifier implements ArchiveVerifier {
  private readonly s2 = new S2Decoder((bytes) => this.takePlain(bytes));
  private readonly beginning = Buffer.alloc(natsArchiveMagic.length);
  private beginningBytes = 0;
  private reader: ContentReader | undefined;
  private failure: BackupError | undefined;

  constructor(
    private readonly stream: string | undefined,
    private readonly hasher: HighwayHash,
  ) {}

  get format(): ArchiveFormat | undefined {
    if (this.reader === undefined) return undefined;
    return this.reader instanceof NatsArchiveReader ? 'v2' : 'v1';
  }

  get archiveBytes(): number {
    return this.s2.compressedBytes;
  }

  get uncompressedBytes(): number {
    return this.s2.plainBytes;
  }

  write(bytes: Uint8Array): void {
    this.guard(() => this.s2.write(bytes));
  }

  end(): ArchiveSummary {
    return this.guard(() => {
      this.s2.end();
      if (this.reader === undefined) throw truncated('it is empty');
      const summary = this.reader.end();
      return { ...summary, archiveBytes: this.archiveBytes, uncompressedBytes: this.uncompressedBytes };
    });
  }

  dispose(): void {
    this.reader?.dispose?.();
  }

  private takePlain(bytes: Uint8Array): void {
    let start = 0;
    if (this.reader === undefined) {
      start = Math.min(bytes.length, this.beginning.length - this.beginningBytes);
      this.beginning.set(bytes.subarray(0, start), this.beginningBytes);
      this.beginningBytes += start;
      if (this.beginningBytes < this.beginning.length) return;
      this.reader = this.readerFor(this.beginning.toString('latin1'));
      this.reader.write(this.beginning);
    }
    if (start < bytes.length) this.reader.write(bytes.subarray(start));
  }

  private readerFor(beginning: string): ContentReader {
    if (beginning === natsArchiveMagic) return new NatsArchiveReader();
    return new TarArchiveReader(this.hasher, this.stream);
  }

  private guard<T>(work: () => T): T {
    if (this.failure !== undefined) throw this.failure;
    try {
      return work();
    } catch (error) {
      this.failure = this.worded(toBackupError(error));
      throw this.failure;
    }
  }

  /** The one place that words what the readers throw: which archive, what, where, and what to do. */
  private worded(error: BackupError): BackupError {
    const whose = this.stream === undefined ? 'The archive' : `The archive of stream "${this.stream}"`;
    const fault = {
      archiveTruncated: 'is not whole',
      archiveMismatch: 'is another one',
      limitExceeded: 'passes a limit',
    }[error.code as string];
    const where = `chunk ${this.s2.chunks}, byte ${this.s2.compressedBytes} of the archive`;
    const text = `${whose} ${fault ?? 'is damaged'}: ${error.message} (${where}). Use another backup, or make a new one.`;
    return new BackupError(error.code, text, { cause: error });
  }
}
