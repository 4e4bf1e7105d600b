import { basename, dirname, join } from 'node:path';
import type { CancellationToken } from 'vscode';
import { verifyBackup, type VerifiedArchive, type VerifyProblem, type VerifyResult } from '../../engine';
import { describeTime } from '../ui/format';
import type { BackupSets } from './backupSets';
import type { Runner } from './runner';
import type { Settings } from './settings';

/** Proves backups whole, and lets the Backups view know what was found. */
export class BackupVerifier {
  constructor(
    private readonly settings: Settings,
    private readonly runner: Runner,
    private readonly sets: BackupSets,
    private readonly workerFile: string,
  ) {}

  /**
   * @param source absolute path of a set, a stream's folder, or an account folder of the `nats` command line
   * @throws BackupError when there is nothing to verify
   */
  async verify(source: string, token?: CancellationToken): Promise<VerifyResult> {
    const request = { source, parallel: this.settings.maxParallelTransfers(), workerFile: this.workerFile };
    const title = `Verifying backup ${basename(source)}`;
    const result = await this.runner.run(title, (signal) => verifyBackup(request, signal), token);
    await this.remember(result);
    return result;
  }

  private async remember(result: VerifyResult): Promise<void> {
    await Promise.all(result.archives.map((archive) => this.rememberArchive(result.source, archive)));
    await this.rememberWhole(result);
    this.sets.refresh();
  }

  private async rememberArchive(source: string, { path, problems }: VerifiedArchive): Promise<void> {
    const found = faults(problems);
    if (found.length === 0 && problems.length > 0) return;
    const files = [path, join(dirname(path), 'backup.json'), ...found.map(({ file }) => join(source, file))];
    await this.sets.verifications.remember(path, conditionOf(found), files);
  }

  private async rememberWhole({ source, whole, archives, problems }: VerifyResult): Promise<void> {
    const found = faults([...archives.flatMap((archive) => archive.problems), ...problems]);
    if (found.length === 0 && !whole) return;
    const files = whole ? archives.map(({ path }) => path) : found.map(({ file }) => join(source, file));
    const outside = faults(problems)[0]?.message;
    const condition = { ...conditionOf(found), ...(outside === undefined ? {} : { outside }) };
    await this.sets.verifications.remember(source, condition, files);
  }
}

/** What is wrong, as against what was not looked at because of a cancel. */
export function faults(problems: readonly VerifyProblem[]): VerifyProblem[] {
  return problems.filter(({ code }) => code !== 'cancelled');
}

function conditionOf(found: readonly VerifyProblem[]): { state: 'verified' | 'damaged'; reason: string } {
  if (found.length > 0) return { state: 'damaged', reason: found.map(({ message }) => message).join('\n') };
  return { state: 'verified', reason: `Verified to the last record, ${describeTime(Date.now())}.` };
}
