import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BackupRequest } from '../../src/engine/jobs/backup';
import type { RestoreRequest } from '../../src/engine/jobs/restorePlan';
import type { VerifyRequest } from '../../src/engine/jobs/verify';
import type { BackupResult, RestoreResult, VerifyResult } from '../../src/engine/results';

export type EngineOrder =
  | { verb: 'backup'; request: BackupRequest }
  | { verb: 'verify'; request: VerifyRequest }
  | { verb: 'restore'; request: RestoreRequest };

export type EngineReport =
  { kind: 'memory'; bytes: number } | { kind: 'result'; result: unknown } | { kind: 'failed'; error: string };

/** The engine in a process of its own, whose resident memory is then the engine's. */
export class EngineProcess {
  /** MiB of resident memory at the last look, 20 ms ago or less. */
  resident = 0;
  /** The most since {@link forgetPeak}. */
  peak = 0;
  private readonly child: ChildProcess;
  private settle: { resolve: (result: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor() {
    this.child = fork(join(__dirname, 'engineChild.js'), { serialization: 'advanced' });
    this.child.on('message', (report: EngineReport) => this.take(report));
    this.child.on('exit', (code, signal) => this.settle?.reject(new Error(`the engine ended (${code ?? signal})`)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  backup(request: BackupRequest): Promise<BackupResult> {
    return this.run({ verb: 'backup', request }) as Promise<BackupResult>;
  }

  verify(request: VerifyRequest): Promise<VerifyResult> {
    return this.run({ verb: 'verify', request }) as Promise<VerifyResult>;
  }

  restore(request: RestoreRequest): Promise<RestoreResult> {
    return this.run({ verb: 'restore', request }) as Promise<RestoreResult>;
  }

  forgetPeak(): void {
    this.peak = this.resident;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private run(order: EngineOrder): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.child.send(order);
    });
  }

  private take(report: EngineReport): void {
    switch (report.kind) {
      case 'memory':
        this.resident = report.bytes / (1024 * 1024);
        this.peak = Math.max(this.peak, this.resident);
        return;
      case 'result':
        return this.settle?.resolve(report.result);
      case 'failed':
        return this.settle?.reject(new Error(report.error));
    }
  }
}
