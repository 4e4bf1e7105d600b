import type { CancellationToken } from 'vscode';
import {
  applyConfiguration,
  backupConfiguration,
  configurationFolderOf,
  planConfiguration,
  undoFolderOf,
  type BackupConfigurationRequest,
  type BackupConfigurationResult,
  type ConfigurationPlan,
  type ConfigurationRequest,
  type RestoreConfigurationResult,
} from '../../engine';
import type { RefreshRequests } from './refreshRequests';
import type { Runner } from './runner';
import type { ResolveSettings } from './transfers';

export type ConfigurationBackupWish = Omit<BackupConfigurationRequest, 'settings'> & { context: string };
export type ConfigurationWish = Omit<ConfigurationRequest, 'settings' | 'undoFolder'> & { context: string };

/** Configuration as files: written, compared in a plan, applied. Shown while it runs. */
export class Configurations {
  /** @param backupFolder absolute; of the first workspace folder unless told */
  constructor(
    private readonly runner: Runner,
    private readonly requests: RefreshRequests,
    private readonly resolve: ResolveSettings,
    private readonly backupFolder: () => string,
  ) {}

  /** Where a context's configuration is kept beside its dated sets. @throws BackupError `invalidOption` */
  folderOf(context: string, backupFolder = this.backupFolder()): string {
    return configurationFolderOf(backupFolder, context);
  }

  /** @throws BackupError when the run cannot start */
  async backUp(wish: ConfigurationBackupWish, token?: CancellationToken): Promise<BackupConfigurationResult> {
    const { context, ...rest } = wish;
    const request = { ...rest, settings: await this.resolve(context) };
    const title = `Backing up the configuration of ${context}`;
    const result = await this.runner.run(title, (signal) => backupConfiguration(request, signal), token);
    this.requests.request();
    return result;
  }

  /** Nothing is sent. @throws BackupError when no plan can be made */
  async plan(wish: ConfigurationWish, token?: CancellationToken): Promise<ConfigurationPlan> {
    const request = await this.requestOf(wish);
    const title = `Comparing configuration with ${wish.context}`;
    return await this.runner.run(title, (signal) => planConfiguration(request, signal), token);
  }

  /** Carries a plan out; `wish` is the one it was made of. @throws BackupError when the run cannot start */
  async apply(
    wish: ConfigurationWish,
    plan: ConfigurationPlan,
    token?: CancellationToken,
  ): Promise<RestoreConfigurationResult> {
    const request = await this.requestOf(wish);
    const title = `Applying configuration to ${wish.context}`;
    const result = await this.runner.run(title, (signal) => applyConfiguration(request, plan, signal), token);
    this.requests.request({ context: wish.context });
    return result;
  }

  private async requestOf({ context, ...rest }: ConfigurationWish): Promise<ConfigurationRequest> {
    return {
      ...rest,
      settings: await this.resolve(context),
      undoFolder: undoFolderOf(this.backupFolder(), context),
    };
  }
}
