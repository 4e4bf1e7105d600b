import type { CancellationToken } from 'vscode';
import {
  applyConfiguration,
  backupConfiguration,
  configurationFolderOf,
  planConfiguration,
  planStreamChange,
  undoFolderOf,
  type BackupConfigurationRequest,
  type BackupConfigurationResult,
  type ConfigurationPlan,
  type ConfigurationRequest,
  type RestoreConfigurationResult,
  type StreamChangeRequest,
} from '../../engine';
import type { RefreshRequests } from './refreshRequests';
import type { Runner } from './runner';
import type { ResolveSettings } from './transfers';

export type ConfigurationBackupWish = Omit<BackupConfigurationRequest, 'settings'> & { context: string };
export type ConfigurationWish = Omit<ConfigurationRequest, 'settings' | 'workerFile'> & {
  context: string;
  confirmed: string[];
};

export type StreamChangeWish = Omit<StreamChangeRequest, 'settings'> & { context: string };
/** What carrying out a plan needs besides the plan. */
export type ApplyWish = Pick<ConfigurationWish, 'context' | 'confirmed'>;

/** Configuration as files: written, compared in a plan, applied. Shown while it runs. */
export class Configurations {
  /** @param backupFolder absolute; of the first workspace folder unless told */
  constructor(
    private readonly runner: Runner,
    private readonly requests: RefreshRequests,
    private readonly resolve: ResolveSettings,
    private readonly backupFolder: () => string,
    private readonly workerFile: string,
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
    const { context, ...rest } = wish;
    const request = { ...rest, settings: await this.resolve(context), workerFile: this.workerFile };
    const title = `Comparing configuration with ${context}`;
    return await this.runner.run(title, (signal) => planConfiguration(request, signal), token);
  }

  /** The same change to several streams. Nothing is sent. @throws BackupError when no plan can be made */
  async planChange(wish: StreamChangeWish, token?: CancellationToken): Promise<ConfigurationPlan> {
    const { context, ...rest } = wish;
    const request = { ...rest, settings: await this.resolve(context) };
    const title = `Planning a change of streams of ${context}`;
    return await this.runner.run(title, (signal) => planStreamChange(request, signal), token);
  }

  /** Carries a plan out. @throws BackupError when the run cannot start */
  async apply(
    { context, confirmed }: ApplyWish,
    plan: ConfigurationPlan,
    token?: CancellationToken,
  ): Promise<RestoreConfigurationResult> {
    const undoFolder = undoFolderOf(this.backupFolder(), context);
    const request = { settings: await this.resolve(context), confirmed, undoFolder };
    const title = `Applying configuration to ${context}`;
    const result = await this.runner.run(title, (signal) => applyConfiguration(request, plan, signal), token);
    this.requests.request({ context });
    return result;
  }
}
