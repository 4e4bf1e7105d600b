import type { MarkdownString, TreeItem } from 'vscode';
import { toBackupError, type BackupError } from '../../engine';
import type { CommandTarget } from '../ids';

/**
 * A row of a view. What it shows is made when VS Code asks for it; what is below it is asked for when it opens, once,
 * until {@link forget}.
 */
export abstract class Row implements CommandTarget {
  declare readonly context?: string;
  declare readonly stream?: string;
  declare readonly consumer?: string;
  declare readonly source?: string;
  declare readonly path?: string;
  private loaded: Promise<readonly Row[]> | undefined;

  constructor(readonly parent: Row | undefined) {}

  /** What VS Code shows. Called for every row of a branch at once, so it asks nobody. */
  abstract item(): TreeItem;

  /** Made when the mouse rests on the row. Holds no secret. */
  tooltip(): MarkdownString | undefined {
    return undefined;
  }

  /** The rows below; where they cannot be had, the row that {@link failure} makes. */
  children(): Promise<readonly Row[]> {
    this.loaded ??= this.load().catch((error: unknown) => [this.failure(toBackupError(error))]);
    return this.loaded;
  }

  /** Whether {@link children} has asked. */
  get isLoaded(): boolean {
    return this.loaded !== undefined;
  }

  /** Lets the next {@link children} ask again. */
  forget(): void {
    this.loaded = undefined;
  }

  protected load(): Promise<readonly Row[]> {
    return Promise.resolve([]);
  }

  protected failure(error: BackupError): Row {
    throw error;
  }
}
