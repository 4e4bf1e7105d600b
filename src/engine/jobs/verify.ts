import { dirname, join } from 'node:path';
import { checkFiles, type FileProblem } from '../backupSet/checkFiles';
import { findStrays, unlistedFiles } from '../backupSet/checkListing';
import { inspectSource } from '../backupSet/inspectSource';
import { dataFolder, manifestName } from '../backupSet/layout';
import { setFolderOf, type BackupSource } from '../backupSet/source';
import { isCancelled, toBackupError } from '../errors';
import type { RunEvent } from '../progress';
import type { VerifiedArchive, VerifyProblem, VerifyResult } from '../results';
import { problemAt } from './problemAt';
import { runEvents } from './runEvents';
import { verifyArchives } from './verifyArchives';

export interface VerifyRequest {
  /** Absolute path of a set, a stream's folder, an account folder of the `nats` command line, or a lone archive. */
  source: string;
  /** Archives read at once, from 1. */
  parallel: number;
  workerFile: string;
}

type Emit = (event: RunEvent<VerifyResult>) => void;

/**
 * Proves a backup whole without a server: every archive to its last record, as while it streams in; every file against
 * the manifest's size and SHA-256; the archives' figures against manifest and `backup.json`. All that is wrong is in the
 * result and named. After a cancel what was not proved is in it with the code `cancelled`.
 *
 * @throws BackupError `notABackup`, `fileAccess` when there is nothing to verify
 */
export function verifyBackup(
  request: VerifyRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<VerifyResult>, void> {
  return runEvents((emit) => verify(request, emit, signal));
}

async function verify(request: VerifyRequest, emit: Emit, signal: AbortSignal): Promise<VerifyResult> {
  const source = await inspectSource(request.source);
  const archives = await verifyArchives(source, request, emit, signal);
  const problems = [...(await manifestProblems(source)), ...(await strayProblems(source, emit))];
  const folders = new Map(source.streams.map(({ folder }, index) => [folder, archives[index]]));
  for (const { path, problem } of await fileProblems(source, archives, signal)) {
    const list = folders.get(dirname(path))?.problems ?? problems;
    const named = problemAt(source.path, path, problem);
    // What could not even be read was named before.
    if (!list.some(({ file }) => file === named.file)) list.push(named);
  }
  const all = [...archives.flatMap((archive) => archive.problems), ...problems];
  for (const { message } of all) emit({ kind: 'message', level: 'error', text: message });
  const notBackedUp = source.kind === 'set' ? lostStreams(source) : [];
  if (notBackedUp.length > 0) emit({ kind: 'message', level: 'warning', text: incompleteness(source, notBackedUp) });
  return { whole: all.length === 0, source: source.path, archives, problems, notBackedUp };
}

async function manifestProblems(source: BackupSource): Promise<VerifyProblem[]> {
  const path = join(setFolderOf(source), manifestName);
  if (source.problem !== undefined) return [problemAt(source.path, path, source.problem)];
  if (source.kind !== 'set' || source.manifest === undefined) return [];
  return (await unlistedFiles(source.manifest)).map((problem) => problemAt(source.path, path, problem));
}

async function strayProblems(source: BackupSource, emit: Emit): Promise<VerifyProblem[]> {
  if (source.kind === 'streamFolder' || source.kind === 'flatFolder') return [];
  const folder = source.kind === 'set' ? join(source.path, dataFolder) : source.path;
  const { folders, files } = await findStrays(folder);
  if (files.length > 0) {
    const text = `The nats command line restores no account from ${folder} while it holds ${files.join(', ')}.`;
    emit({ kind: 'message', level: 'warning', text });
  }
  return folders.map(({ path, problem }) => problemAt(source.path, path, problem));
}

/** Of everything but the archives, which the workers hash as they read them; paths are absolute. */
async function fileProblems(
  source: BackupSource,
  archives: VerifiedArchive[],
  signal: AbortSignal,
): Promise<FileProblem[]> {
  const { manifest } = source;
  if (manifest === undefined) return [];
  const set = setFolderOf(source);
  const read = new Set(archives.map(({ path }) => path));
  const only = ({ path }: { path: string }) => {
    const file = join(set, path);
    return !read.has(file) && (source.kind === 'set' || dirname(file) === source.path);
  };
  try {
    const found = await checkFiles(set, manifest, { only, signal });
    return found.map(({ path, problem }) => ({ path: join(set, path), problem }));
  } catch (error) {
    if (isCancelled(error)) return [{ path: source.path, problem: toBackupError(error) }];
    throw error;
  }
}

function lostStreams({ manifest }: BackupSource): string[] {
  const lost = (manifest?.streams ?? []).filter(({ outcome }) => outcome === 'failed' || outcome === 'cancelled');
  return lost.map(({ name }) => name);
}

function incompleteness({ path, manifest }: BackupSource, notBackedUp: string[]): string {
  const asked = manifest?.streams.length ?? 0;
  const held = asked - notBackedUp.length;
  return `${path} is incomplete, ${held} of ${asked} streams: the backup did not get ${notBackedUp.join(', ')}.`;
}
