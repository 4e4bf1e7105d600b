import type { ManifestContent } from '../backupSet/writeSet';
import type { ArchiveSummary, ConsumerInfo, ConsumerSnapshot, StreamInfo } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { StreamBackupResult } from '../results';
import type { BackupRequest } from './backup';

/** One stream of a run: its result, and what the manifest says beyond it. */
export interface StreamBackup {
  result: StreamBackupResult;
  /** Absent for a stream that could not be read. */
  info?: StreamInfo;
  /** Live consumers before the snapshot. */
  consumers?: ConsumerInfo[];
  summary?: ArchiveSummary;
  missingConsumers: ConsumerSnapshot[];
}

/** What the manifest of a run says. Never a credential: of the connection only the server's own name and version. */
export function backupManifest(
  api: JetStreamApi,
  backups: StreamBackup[],
  request: BackupRequest,
  startedAt: Date,
): ManifestContent {
  const { serverName, version, clusterName } = api.server;
  const { data, consumers, checkMessages, streams } = request;
  return {
    tool: { name: 'jetstream-backup', version: request.toolVersion },
    context: request.settings.context,
    server: { name: serverName, version, ...(clusterName === undefined ? {} : { cluster: clusterName }) },
    started: startedAt.toISOString(),
    finished: new Date().toISOString(),
    options: { data, consumers, checkMessages, ...(streams === undefined ? {} : { streams }) },
    streams: backups.map(({ result, summary, missingConsumers }) => ({
      ...result,
      missingConsumers,
      firstSeq: String(summary?.firstSeq ?? 0n),
      lastSeq: String(summary?.lastSeq ?? 0n),
      consumers: summary?.consumers.length ?? 0,
    })),
  };
}
