import type { ArchiveFormat } from '../model';
import { isAtLeast, minorOf } from '../util/serverVersion';

/** What a transfer must know of the server it talks to. All of it follows from the version, and is decided only here. */
export interface ServerRules {
  version: string;
  /** The server is 2.minor; 0 for a version that cannot be read. */
  minor: number;
  /** The format of the snapshots it makes. */
  archiveFormat: ArchiveFormat;
  /** Restores archive V2; every server restores V1. */
  readsArchiveV2: boolean;
  /** Snapshot requests may name `window_size`; other servers ignore or refuse it (2.12.5+). */
  hasWindowSize: boolean;
  /** Streams in memory can be snapshotted (2.15+). */
  memorySnapshots: boolean;
  /** `500` without a text at the end of a snapshot proves nothing: a closed error channel won a race (2.12.5 to 2.14). */
  bareErrorEndsSnapshot: boolean;
  /** Understands tombstones in message blocks (2.10+); an older one takes them for messages. */
  readsTombstones: boolean;
  restoreWindow: RestoreWindow;
  /**
   * How many restores a server without a cluster is given at once. When a restore begins it goes through the account's
   * streams without a lock; one that is added meanwhile, as by another restore, ends the whole process with `concurrent
   * map iteration and map write` (seen on 2.15.2; 2.14.9 has the same code). No version is known that is safe.
   */
  standaloneRestoresAtOnce: number;
  /** A request for a consumer may say whether it is to be made or changed (2.10+); older servers do either. */
  consumerActions: boolean;
  /** What a running snapshot holds back, as a sentence for people. */
  snapshotHoldsBack: string;
}

/** How much of an upload may be without an acknowledgement. */
export interface RestoreWindow {
  chunks: number;
  bytes: number;
  /** Bytes of one chunk, before the connection's `max_payload` is applied. */
  chunkSize: number;
}

/**
 * Below 2.12.6 a failing restore pushes a result for every chunk into a channel of one place; with three chunks on the
 * way the server's read loop hangs for ever, so two is the most. From 2.12.6 on the chunk handler pushes back over TCP.
 */
const oldWindow: RestoreWindow = { chunks: 2, bytes: 2 * 1024 * 1024, chunkSize: 1024 * 1024 };
const newWindow: RestoreWindow = { chunks: 64, bytes: 4 * 1024 * 1024, chunkSize: 256 * 1024 };

export function serverRules(version: string): ServerRules {
  const since = (minor: number, patch = 0) => isAtLeast(version, minor, patch);
  return {
    version,
    minor: minorOf(version),
    archiveFormat: since(15) ? 'v2' : 'v1',
    readsArchiveV2: since(15),
    hasWindowSize: since(12, 5),
    memorySnapshots: since(15),
    bareErrorEndsSnapshot: since(12, 5) && !since(15),
    readsTombstones: since(10),
    standaloneRestoresAtOnce: 1,
    consumerActions: since(10),
    restoreWindow: since(12, 6) ? newWindow : oldWindow,
    snapshotHoldsBack: heldBack(version),
  };
}

/**
 * A chunk size that no server mistakes: below 2.12.5 a negative one ends the whole server and a huge one is honoured.
 * Later servers clamp to 1 KiB … 1 MiB themselves.
 */
export function clampChunkSize(bytes: number): number {
  return Math.min(1024 * 1024, Math.max(1024, Math.trunc(bytes)));
}

/** The window of 2.12.5 and later: 1 KiB … 32 MiB. */
export function clampWindowSize(bytes: number): number {
  return Math.min(32 * 1024 * 1024, Math.max(1024, Math.trunc(bytes)));
}

function heldBack(version: string): string {
  const since = (minor: number, patch = 0) => isAtLeast(version, minor, patch);
  if (since(15)) return 'Nothing is held back while a snapshot runs: publishing, deletes and limits go on.';
  if ((since(11, 12) && !since(12)) || since(12, 3)) {
    return 'Publishing, deletes and limits go on while a snapshot runs; a second snapshot of that stream is refused.';
  }
  if (since(10)) {
    return 'While a snapshot runs the server refuses to delete single messages of that stream; the rest goes on.';
  }
  return (
    'While a snapshot runs the server refuses to delete messages of that stream, and removes none by age, limit or ' +
    'acknowledgement until it ends; publishing goes on.'
  );
}
