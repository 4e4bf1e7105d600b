/**
 * The extension's API: `activate()` returns it, and every verb is also the command `jetstream.<verb>`, which takes the
 * same options object and gives the same result.
 *
 * Called with an options object a verb asks nothing and shows no dialog. What is missing or contradictory rejects at once
 * with a {@link BackupError}: `code` says what is wrong, `option` names the option. Results are plain JSON.
 */
import type { BackupError } from '../engine';

export type { BackupError };

/** What `jetstream.refresh` reads again. */
export interface RefreshOptions {
  /** The context whose server is asked again; all contexts and everything on disk where it is left out. */
  context?: string;
}

/** What the extension does for another extension, a key binding, a task or a test. */
export interface JetStreamVerbs {
  /** Reads the servers and the disk again. */
  refresh(options: RefreshOptions): Promise<void>;
  /** Shows the log channel. */
  showLog(options: object): Promise<void>;
}

/** What `activate()` returns. */
export type JetStreamBackupApi = JetStreamVerbs;
