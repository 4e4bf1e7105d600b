import type { ArchiveFormat, ArchiveSummary } from '../model';

/** What the reader of one format finds out. The sizes are those of the S2 stream around it. */
export type ContentSummary = Omit<ArchiveSummary, 'archiveBytes' | 'uncompressedBytes'>;

/** Checks what is inside the S2 stream of an archive, in one of the two formats. */
export interface ContentReader {
  readonly format: ArchiveFormat;
  /** May change the bytes, and does not keep them. @throws BackupError at the first thing wrong */
  write(bytes: Uint8Array): void;
  /** @throws BackupError where something is missing */
  end(): ContentSummary;
  /** Gives memory back; safe to call at any time. */
  dispose(): void;
}
