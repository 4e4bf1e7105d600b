import { FileDecoration, ThemeColor, Uri, window, type Disposable } from 'vscode';
import type { Trouble, TroubleKind } from './trouble';

const scheme = 'jetstream-trouble';

const looks: Readonly<Record<TroubleKind, { badge: string; color: string }>> = {
  lostQuorum: { badge: '!!', color: 'list.errorForeground' },
  noLeader: { badge: '!', color: 'list.errorForeground' },
  offlineReplica: { badge: '!', color: 'list.warningForeground' },
  laggingReplica: { badge: '~', color: 'list.warningForeground' },
};

/** The address of a row in trouble. Only such rows have one, so that sound ones cost nothing. */
export function troubleUri(trouble: Trouble, id: string): Uri {
  return Uri.from({ scheme, path: `/${id}`, query: trouble.kind, fragment: trouble.text });
}

/** Marks rows in trouble with a badge and a colour. All that it needs is in the row's address. */
export function registerTroubleDecorations(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => {
      if (uri.scheme !== scheme || !(uri.query in looks)) return undefined;
      const { badge, color } = looks[uri.query as TroubleKind];
      return new FileDecoration(badge, uri.fragment, new ThemeColor(color));
    },
  });
}
