import { Disposable, workspace } from 'vscode';
import { uriSchemes } from '../ids';
import type { BackupDocuments } from '../services/backupDocuments';
import type { LiveDocuments } from '../services/liveDocuments';

/** Shows configurations of servers and of backups as read-only documents. */
export function registerConfigurationDocuments(live: LiveDocuments, backups: BackupDocuments): Disposable {
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(uriSchemes.live, {
      onDidChange: live.onDidChange,
      provideTextDocumentContent: (uri) => live.textOf(uri),
    }),
    workspace.registerTextDocumentContentProvider(uriSchemes.backup, {
      provideTextDocumentContent: (uri) => backups.textOf(uri),
    }),
  );
}
