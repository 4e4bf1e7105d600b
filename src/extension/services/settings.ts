import { workspace, type ConfigurationScope, type WorkspaceConfiguration } from 'vscode';
import type { ProgressStyle } from '../ui/progress';

/** The user's settings, read anew each time: what is changed counts from the next use on. */
export class Settings {
  /**
   * The folder that backup sets are written to: relative to the workspace folder that it belongs to, or absolute.
   *
   * @param scope a file or folder of that workspace folder
   */
  backupFolder(scope?: ConfigurationScope): string {
    return section(scope).get<string>('backupFolder', '').trim() || 'jetstream-backups';
  }

  progress(): ProgressStyle {
    return section().get<string>('progress') === 'log' ? 'log' : 'notification';
  }

  /** How many streams are transferred at once: 1 to 8. */
  maxParallelTransfers(): number {
    const value = section().get<number>('maxParallelTransfers', 2);
    return Number.isInteger(value) ? Math.min(Math.max(value, 1), 8) : 2;
  }
}

function section(scope?: ConfigurationScope): WorkspaceConfiguration {
  return workspace.getConfiguration('jetstream', scope);
}
