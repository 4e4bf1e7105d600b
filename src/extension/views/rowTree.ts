import { EventEmitter, type Disposable, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import { toBackupError } from '../../engine';
import { ErrorRow } from './noteRows';
import type { Row } from './row';

/** Shows rows in a tree view. */
export class RowTree implements TreeDataProvider<Row>, Disposable {
  private readonly changes = new EventEmitter<Row | undefined>();
  readonly onDidChangeTreeData: Event<Row | undefined> = this.changes.event;

  /** @param roots the rows without a parent, in order */
  constructor(private readonly roots: () => Promise<readonly Row[]>) {}

  /** Draws a row and what is open below it again; all rows without one. What a row remembers it keeps. */
  redraw(row?: Row): void {
    this.changes.fire(row);
  }

  getTreeItem(row: Row): TreeItem {
    return row.item();
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) return [...(await row.children())];
    try {
      return [...(await this.roots())];
    } catch (error) {
      return [new ErrorRow(undefined, toBackupError(error))];
    }
  }

  getParent(row: Row): Row | undefined {
    return row.parent;
  }

  resolveTreeItem(item: TreeItem, row: Row): TreeItem {
    const tooltip = row.tooltip();
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
