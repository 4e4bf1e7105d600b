import { isAbsolute, join } from 'node:path';
import { workspace, type CancellationToken, type WorkspaceFolder } from 'vscode';
import {
  backup,
  BackupError,
  planRestore,
  restore,
  undoFolderOf,
  type BackupRequest,
  type BackupResult,
  type ConnectionSettings,
  type RestorePlan,
  type RestoreRequest,
  type RestoreResult,
} from '../../engine';
import type { RefreshRequests } from './refreshRequests';
import type { Runner } from './runner';
import type { Settings } from './settings';

/** What the bundle knows of itself. */
export interface Installation {
  /** Absolute path of `dist/worker.js`. */
  workerFile: string;
  version: string;
}

/** The connection settings of a context by its name; the contexts service knows them. */
export type ResolveSettings = (context: string) => Promise<ConnectionSettings>;

export type BackupWish = Omit<BackupRequest, 'settings' | 'parallel' | 'workerFile' | 'toolVersion'> & {
  context: string;
};
export type RestoreWish = Omit<RestoreRequest, 'settings' | 'parallel' | 'workerFile' | 'undoFolder'> & {
  context: string;
};

/** Backups and restores of the engine with this window's settings, shown while they run. */
export class Transfers {
  constructor(
    private readonly settings: Settings,
    private readonly runner: Runner,
    private readonly requests: RefreshRequests,
    private readonly resolve: ResolveSettings,
    private readonly installation: Installation,
  ) {}

  /** @throws BackupError when the run cannot start */
  async backup(wish: BackupWish, title: string, token?: CancellationToken): Promise<BackupResult> {
    const { context, ...rest } = wish;
    const request: BackupRequest = {
      ...rest,
      settings: await this.resolve(context),
      parallel: this.settings.maxParallelTransfers(),
      workerFile: this.installation.workerFile,
      toolVersion: this.installation.version,
    };
    const result = await this.runner.run(title, (signal) => backup(request, signal), token);
    this.requests.request();
    return result;
  }

  /** @throws BackupError when no plan can be made */
  async planRestore(wish: RestoreWish, token?: CancellationToken): Promise<RestorePlan> {
    const request = await this.restoreRequest(wish);
    const title = `Verifying the backup for ${wish.context}`;
    return await this.runner.run(title, (signal) => planRestore(request, signal), token);
  }

  /** Carries a plan out; `wish` is the one it was made of. */
  async restore(wish: RestoreWish, plan: RestorePlan, token?: CancellationToken): Promise<RestoreResult> {
    const request = await this.restoreRequest(wish);
    const count = plan.streams.filter(({ action }) => action === 'restore' || action === 'update').length;
    const title = `Restoring ${count === 1 ? '1 stream' : `${count} streams`} into ${wish.context}`;
    const result = await this.runner.run(title, (signal) => restore(request, plan, signal), token);
    this.requests.request({ context: wish.context });
    return result;
  }

  /**
   * Where backup sets go.
   *
   * @param directory as given: absolute, or relative to the workspace folder
   * @throws BackupError `invalidOption` if it is relative and no folder is open
   */
  backupFolder(directory?: string, folder: WorkspaceFolder | undefined = workspace.workspaceFolders?.[0]): string {
    const path = directory ?? this.settings.backupFolder(folder);
    if (isAbsolute(path)) return path;
    if (folder !== undefined) return join(folder.uri.fsPath, path);
    throw new BackupError(
      'invalidOption',
      `No folder is open, so "${path}" is nowhere. Open a folder, or name the directory by its whole path.`,
      { option: 'directory' },
    );
  }

  private async restoreRequest(wish: RestoreWish): Promise<RestoreRequest> {
    const { context, ...rest } = wish;
    return {
      ...rest,
      settings: await this.resolve(context),
      parallel: this.settings.maxParallelTransfers(),
      workerFile: this.installation.workerFile,
      ...(rest.existing === 'update' ? { undoFolder: undoFolderOf(this.backupFolder(), context) } : {}),
    };
  }
}
