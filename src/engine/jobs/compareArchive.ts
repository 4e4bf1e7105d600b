import type { ManifestStream } from '../backupSet/manifest';
import { BackupError } from '../errors';
import type { ArchiveSummary, JsonObject } from '../model';
import { toStreamState } from '../nats/replies';

/**
 * Whether an archive that is whole is what the manifest of its set says. What the manifest says of an archive was
 * counted by the same checks, so it must be exact; but where limits leave no trace in the archive (`exact` is false) a
 * later version of these checks may count another way.
 *
 * @throws BackupError `archiveMismatch` with each figure that differs
 */
export function checkAgainstManifest(entry: ManifestStream, summary: ArchiveSummary): void {
  const counted = summary.exact
    ? ([
        ['messages', entry.messages, summary.messages],
        ['bytes', entry.bytes, summary.bytes],
        ['first sequence', entry.firstSeq, String(summary.firstSeq)],
        ['last sequence', entry.lastSeq, String(summary.lastSeq)],
      ] as const)
    : [];
  const figures = [
    ...counted,
    ['format', entry.format, summary.format],
    ['consumers', entry.consumers, summary.consumers.length],
    ['bytes of the archive', entry.archiveBytes, summary.archiveBytes],
    ['uncompressed bytes', entry.uncompressedBytes, summary.uncompressedBytes],
  ] as const;
  const differing = figures.filter(([, said, found]) => said !== found);
  if (differing.length === 0) return;
  const text = differing.map(([what, said, found]) => `${what} ${said} instead of ${found}`).join(', ');
  throw new BackupError('archiveMismatch', `The manifest is not that of the archive of stream ${entry.name}: ${text}.`);
}

/**
 * Whether an archive that is whole can belong to its `backup.json`. The server announced the state before it read the
 * stream, so messages may have come and gone meanwhile; but nothing before the first sequence comes back, and a
 * last sequence stays given out. A recording of `nats sub --backup` announces no state.
 *
 * @param state as in `backup.json`
 * @throws BackupError `archiveMismatch`
 */
export function checkAgainstState(stream: string, state: JsonObject, summary: ArchiveSummary): void {
  const announced = toStreamState(state);
  const differ = (what: string) => {
    const text = `backup.json is not that of the archive of stream ${stream}: ${what}. One of the two is of another backup.`;
    return new BackupError('archiveMismatch', text);
  };
  if (summary.exact && summary.lastSeq < announced.lastSeq) {
    throw differ(`the archive ends at sequence ${summary.lastSeq}, the server announced ${announced.lastSeq}`);
  }
  if (summary.exact && summary.messages > 0 && summary.firstSeq < announced.firstSeq) {
    throw differ(`the archive begins at sequence ${summary.firstSeq}, the server announced ${announced.firstSeq}`);
  }
}
