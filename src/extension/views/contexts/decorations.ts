import { FileDecoration, ThemeColor, Uri, window, type Disposable } from 'vscode';
import type { DriftMarkKind } from './driftMarks';
import type { TroubleKind } from './trouble';

const scheme = 'jetstream-row';

/** What a row is marked with. */
export interface Mark {
  kind: TroubleKind | DriftMarkKind;
  /** In one sentence, for a tooltip. */
  text: string;
}

const looks: Readonly<Record<Mark['kind'], { badge: string; color: string }>> = {
  lostQuorum: { badge: '!!', color: 'list.errorForeground' },
  noLeader: { badge: '!', color: 'list.errorForeground' },
  offlineReplica: { badge: '!', color: 'list.warningForeground' },
  laggingReplica: { badge: '~', color: 'list.warningForeground' },
  differs: { badge: 'M', color: 'gitDecoration.modifiedResourceForeground' },
  withoutFile: { badge: 'U', color: 'gitDecoration.untrackedResourceForeground' },
  onlyInFiles: { badge: 'D', color: 'gitDecoration.deletedResourceForeground' },
  unreadable: { badge: '?', color: 'list.warningForeground' },
};

/**
 * The address of a row with a mark. Only such rows have one, so that all others cost nothing. The id is one segment of
 * the path: VS Code loses marks now and then where one address continues the path of another that has a query.
 */
export function markUri({ kind, text }: Mark, id: string): Uri {
  return Uri.from({ scheme, path: `/${encodeURIComponent(id)}`, query: kind, fragment: text });
}

/** Marks rows with a badge and a colour. All that it needs is in the row's address. */
export function registerMarkDecorations(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => {
      if (uri.scheme !== scheme || !(uri.query in looks)) return undefined;
      const { badge, color } = looks[uri.query as Mark['kind']];
      return new FileDecoration(badge, uri.fragment, new ThemeColor(color));
    },
  });
}
