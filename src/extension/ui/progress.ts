import { commands, ProgressLocation, StatusBarAlignment, window } from 'vscode';
import { formatBytes, type Phase, type RunProgress } from '../../engine';
import { commandId, contextKeys } from '../ids';
import type { Log } from './log';

/** How a person wants to see running work; the setting `jetstream.progress`. */
export type ProgressStyle = 'notification' | 'log';

/** Milliseconds between two progress lines of the log. */
const logIntervalMs = 2000;

const phaseNames: Record<Phase, string> = {
  backup: 'Backing up',
  verify: 'Verifying',
  upload: 'Uploading',
  recover: 'The server recovers',
  compare: 'Comparing',
  read: 'Reading',
  apply: 'Applying',
};

/** Shows how far a run is, from its begin to the end of `body`. */
export async function withRunProgress<T>(
  style: ProgressStyle,
  title: string,
  ui: { log: Log; cancel: () => void },
  body: (report: (progress: RunProgress) => void) => Promise<T>,
): Promise<T> {
  return style === 'notification' ? await inNotification(title, ui.cancel, body) : await inLog(title, ui.log, body);
}

/** `45 % · 210 MiB of 466 MiB · 95 MiB/s · 3 s left · 2 of 5 streams · Backing up ORDERS`; what is not known is left out. */
export function describeProgress(progress: RunProgress): string {
  const { phase, bytes, total, bytesPerSecond, secondsLeft, streamsDone, streamsTotal, active } = progress;
  const percent = percentOf(progress);
  const names = active.length > 2 ? `${active.length} streams` : active.join(', ');
  return [
    percent === undefined ? '' : `${percent} %`,
    total > 0 ? `${formatBytes(bytes)} of ${formatBytes(total)}` : '',
    bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : '',
    secondsLeft === undefined ? '' : `${describeSeconds(secondsLeft)} left`,
    streamsTotal > 1 ? `${streamsDone} of ${streamsTotal} streams` : '',
    names === '' ? '' : `${phaseNames[phase]} ${names}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Of the bytes; never 100 before the end, because a live stream may bring more than it had. */
export function percentOf({ bytes, total, streamsDone, streamsTotal }: RunProgress): number | undefined {
  if (streamsDone === streamsTotal && streamsTotal > 0) return 100;
  return total > 0 ? Math.min(99, Math.floor((bytes * 100) / total)) : undefined;
}

async function inNotification<T>(
  title: string,
  cancel: () => void,
  body: (report: (progress: RunProgress) => void) => Promise<T>,
): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return await window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(cancel);
    let shown = 0;
    return await body((run) => {
      const percent = percentOf(run) ?? shown;
      progress.report({ message: describeProgress(run), increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    });
  });
}

/** Log lines, as the command line's `--no-progress`; a status bar item shows the run and cancels it. */
async function inLog<T>(
  title: string,
  log: Log,
  body: (report: (progress: RunProgress) => void) => Promise<T>,
): Promise<T> {
  const item = window.createStatusBarItem('jetstream.run', StatusBarAlignment.Left);
  item.name = 'JetStream';
  item.text = `$(sync~spin) ${title}`;
  item.tooltip = 'Click to cancel';
  item.command = commandId('cancel');
  item.show();
  log.info(title);
  let lastLine = performance.now();
  try {
    return await body((run) => {
      const percent = percentOf(run);
      item.text = `$(sync~spin) ${title}${percent === undefined ? '' : ` ${percent} %`}`;
      item.tooltip = `${describeProgress(run)}\nClick to cancel`;
      if (performance.now() - lastLine < logIntervalMs) return;
      lastLine = performance.now();
      log.info(`${title}: ${describeProgress(run)}`);
    });
  } finally {
    item.dispose();
  }
}

function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Whether something runs that {@link commandId}('cancel') would end. */
export async function setRunning(running: boolean): Promise<void> {
  await commands.executeCommand('setContext', contextKeys.running, running);
}
