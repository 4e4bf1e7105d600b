import type { ConfigurationSource, SourceConfiguration } from '../backupSet/configurationSource';
import { newestServer } from '../config/inFormOf';
import type { BackupState, ComparisonProblem } from '../configurationResults';
import type { RunEvent } from '../progress';
import { compareSides, pairOf, problemsIn, type ComparedPair, type StateNames } from './configurationComparison';
import { readConfigurationSource } from './readConfigurationSource';
import { runEvents } from './runEvents';

/** One of two backups that are compared. */
export interface ComparedBackup {
  /** Absolute path of anything that holds configuration. */
  source: string;
  /** Only these streams and their consumers. */
  streams?: string[];
}

export interface CompareBackupsRequest {
  left: ComparedBackup;
  right: ComparedBackup;
  workerFile: string;
}

/** Two backups beside each other. */
export interface BackupComparison {
  left: ConfigurationSource;
  right: ConfigurationSource;
  pairs: ComparedPair<BackupState, SourceConfiguration>[];
  problems: ComparisonProblem[];
}

const states: StateNames<BackupState> = {
  same: 'same',
  differs: 'differs',
  onlyLeft: 'onlyLeft',
  onlyRight: 'onlyRight',
};

/**
 * Compares the configurations of two backups, with the defaults of the newest server. Where each side is a single stream,
 * or a single consumer, these two are compared whatever their names.
 *
 * @throws BackupError `notABackup`, `fileAccess`, `cancelled`
 */
export function compareBackups(
  request: CompareBackupsRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<BackupComparison>, void> {
  return runEvents((emit) => compare(request, emit, signal));
}

async function compare(
  { left, right, workerFile }: CompareBackupsRequest,
  emit: (event: RunEvent<BackupComparison>) => void,
  signal: AbortSignal,
): Promise<BackupComparison> {
  const read = (side: ComparedBackup) =>
    readConfigurationSource({ ...side, workerFile }, (progress) => emit({ kind: 'progress', progress }), signal);
  const [one, other] = [await read(left), await read(right)];
  const [ones, others] = [chosenOf(one, left), chosenOf(other, right)];
  const problems = [...problemsIn(one), ...problemsIn(other)];
  return { left: one, right: other, pairs: await pairsOf(ones, others), problems };
}

async function pairsOf(
  left: SourceConfiguration[],
  right: SourceConfiguration[],
): Promise<ComparedPair<BackupState, SourceConfiguration>[]> {
  const [[one], [other]] = [left, right];
  if (left.length === 1 && right.length === 1 && one?.kind === other?.kind) {
    return [pairOf(one, other, states, newestServer) ?? []].flat();
  }
  return await compareSides(left, right, states, newestServer);
}

function chosenOf({ configurations }: ConfigurationSource, { streams }: ComparedBackup): SourceConfiguration[] {
  return streams === undefined ? configurations : configurations.filter(({ stream }) => streams.includes(stream));
}
