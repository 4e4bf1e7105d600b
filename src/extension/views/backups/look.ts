import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, workspace } from 'vscode';

/** What a row of the Backups view shows. */
export interface Look {
  /** The same row has the same id after the disk was read again, so that it stays open. */
  id: string;
  label: string;
  description?: string;
  icon: ThemeIcon;
  /** Told from others by the `when` clauses of menus, to the first space; what follows are flags. */
  contextValue: string;
  open?: 'collapsed' | 'expanded';
}

const states = { collapsed: TreeItemCollapsibleState.Collapsed, expanded: TreeItemCollapsibleState.Expanded };

/** @param path what the row stands for on the disk; menus ask whether it has one, and whether the Explorer shows it */
export function treeItem(look: Look, path: string): TreeItem {
  const item = new TreeItem(look.label, look.open === undefined ? TreeItemCollapsibleState.None : states[look.open]);
  item.id = look.id;
  item.iconPath = look.icon;
  const inside = workspace.getWorkspaceFolder(Uri.file(path)) !== undefined;
  item.contextValue = `${look.contextValue} onDisk${inside ? ' inside' : ''}`;
  if (look.description !== undefined) item.description = look.description;
  return item;
}

export const icons = {
  verified: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  notVerified: new ThemeIcon('circle-large-outline'),
  damaged: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
  incomplete: new ThemeIcon('warning', new ThemeColor('list.warningForeground')),
  configuration: new ThemeIcon('settings-gear'),
  configurationFiles: new ThemeIcon('files'),
  saved: new ThemeIcon('discard'),
  folder: new ThemeIcon('folder'),
  writing: new ThemeIcon('loading~spin'),
  abandoned: new ThemeIcon('circle-slash'),
  json: new ThemeIcon('json'),
  archive: new ThemeIcon('file-zip'),
  file: new ThemeIcon('file'),
} as const;

/** What is known of data, in words. */
export const stateNames = { verified: 'verified', notVerified: 'not verified', damaged: 'damaged' } as const;
