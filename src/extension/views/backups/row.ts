import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, workspace } from 'vscode';
import { messageOf } from '../../../engine';
import type { CommandTarget } from '../../ids';
import { redact } from '../../ui/redact';

/** One row of the Backups view. What commands work on is in its own members. */
export abstract class BackupRow implements CommandTarget {
  readonly source?: string;
  readonly stream?: string;
  readonly path?: string;

  abstract item(): TreeItem;

  /** Asked only when the row is opened. What it throws is shown as a row. */
  children(): Promise<BackupRow[]> {
    return Promise.resolve([]);
  }
}

/** What a row shows. */
export interface Look {
  /** The same row has the same id after the disk was read again, so that it stays open. */
  id: string;
  label: string;
  description?: string;
  icon: ThemeIcon;
  /** Told from others by the `when` clauses of menus. */
  contextValue: string;
  /** Name and value of each line of the tooltip; a line without a value is left out. */
  tooltip?: readonly (readonly [name: string, value: string | undefined])[];
  open?: 'collapsed' | 'expanded';
}

/** @param path what the row stands for on the disk; menus ask whether it has one, and whether the Explorer shows it */
export function treeItem(look: Look, path?: string): TreeItem {
  const state = { collapsed: TreeItemCollapsibleState.Collapsed, expanded: TreeItemCollapsibleState.Expanded };
  const item = new TreeItem(look.label, look.open === undefined ? TreeItemCollapsibleState.None : state[look.open]);
  item.id = look.id;
  item.iconPath = look.icon;
  item.contextValue = `${look.contextValue}${path === undefined ? '' : placeOf(path)}`;
  if (look.description !== undefined) item.description = look.description;
  if (look.tooltip !== undefined) item.tooltip = tooltipOf(look.tooltip);
  return item;
}

function placeOf(path: string): string {
  return workspace.getWorkspaceFolder(Uri.file(path)) === undefined ? ' onDisk' : ' onDisk inside';
}

/** Values come from files of others: they are text, never Markdown. */
function tooltipOf(lines: NonNullable<Look['tooltip']>): MarkdownString {
  const text = new MarkdownString();
  for (const [name, value] of lines) {
    if (value === undefined || value === '') continue;
    text.appendMarkdown(`${text.value === '' ? '' : '  \n'}**${name}:** `).appendText(redact(value));
  }
  return text;
}

export const icons = {
  verified: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  notVerified: new ThemeIcon('circle-large-outline'),
  damaged: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
  incomplete: new ThemeIcon('warning', new ThemeColor('list.warningForeground')),
  configuration: new ThemeIcon('settings-gear'),
  folder: new ThemeIcon('folder'),
  writing: new ThemeIcon('loading~spin'),
  abandoned: new ThemeIcon('trash'),
  info: new ThemeIcon('info'),
} as const;

/** A branch that could not be read, or what is wrong with it. */
export class ErrorRow extends BackupRow {
  constructor(
    private readonly parent: string,
    private readonly error: unknown,
  ) {
    super();
  }

  item(): TreeItem {
    const text = redact(messageOf(this.error));
    return treeItem({
      id: `error:${this.parent}`,
      label: text,
      icon: icons.damaged,
      contextValue: 'error',
      tooltip: [['Error', text]],
    });
  }
}

/** Says why there is nothing else. */
export class InfoRow extends BackupRow {
  constructor(
    private readonly parent: string,
    private readonly text: string,
  ) {
    super();
  }

  item(): TreeItem {
    return treeItem({ id: `info:${this.parent}`, label: this.text, icon: icons.info, contextValue: 'info' });
  }
}
