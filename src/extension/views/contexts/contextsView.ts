import { window, type Disposable } from 'vscode';
import { viewIds } from '../../ids';
import type { ConnectionChange, Connections } from '../../services/connections';
import type { Contexts, ContextsChange } from '../../services/contexts';
import type { Drift, DriftChange } from '../../services/drift';
import { Disposables } from '../../services/disposables';
import type { RefreshRequest, RefreshRequests } from '../../services/refreshRequests';
import type { Row } from '../row';
import { RowTree } from '../rowTree';
import { ContextRow } from './contextRow';
import { FileOnlyRow } from './filesRow';
import { registerMarkDecorations } from './decorations';

/** As many rows are drawn one by one; where more have changed, their context is drawn as a whole. */
const mostSingleRows = 50;

/** What the Contexts view shows, kept up to date by the events of the services. */
export class ContextsTree extends RowTree {
  private readonly rows = new Map<string, ContextRow>();
  private readonly listeners = new Disposables();

  constructor(
    private readonly contexts: Contexts,
    private readonly services: { connections: Connections; drift: Drift },
    requests: RefreshRequests,
  ) {
    super(() => this.contextRows());
    const { connections, drift } = services;
    this.listeners.add(drift.onDidChange((change) => void this.driftChanged(change)));
    this.listeners.add(contexts.onDidChange((change) => this.contextsChanged(change)));
    this.listeners.add(connections.onDidChangeState((change) => this.connectionChanged(change)));
    this.listeners.add(requests.onDidRequest((request) => void this.refresh(request)));
  }

  override dispose(): void {
    this.listeners.dispose();
    super.dispose();
  }

  private async contextRows(): Promise<readonly Row[]> {
    const { entries, selected } = await this.contexts.list();
    const names = new Set(entries.map((entry) => entry.name));
    for (const name of this.rows.keys()) if (!names.has(name)) this.forgetContext(name);
    const services = { ...this.services, redraw: (row: Row) => this.redraw(row) };
    return entries.map((entry) => {
      const row = this.rows.get(entry.name) ?? new ContextRow(entry, services);
      this.rows.set(entry.name, row);
      row.entry = entry;
      row.selected = entry.name === selected;
      return row;
    });
  }

  private forgetContext(name: string): void {
    this.rows.delete(name);
    this.services.drift.forget(name);
  }

  /** Nothing is asked for again: rows that are there say something else now. */
  private async driftChanged({ context, names, folder }: DriftChange): Promise<void> {
    const row = this.rows.get(context);
    if (row === undefined || !row.isLoaded) return;
    if (folder || names.length > mostSingleRows) return this.redraw(row);
    this.redraw(row.files);
    for (const { stream, consumer } of names) {
      const streamRow = await row.streamRow(stream);
      const consumerRow = consumer === undefined ? undefined : await streamRow?.consumerRow(consumer);
      // Of a consumer that is in files only a row appears below its stream, or goes.
      const inPlace = consumerRow !== undefined && !(consumerRow instanceof FileOnlyRow);
      const changed = inPlace ? consumerRow : streamRow;
      if (changed !== undefined) this.redraw(changed);
    }
  }

  private contextsChanged({ names }: ContextsChange): void {
    for (const name of names) this.rows.get(name)?.forget();
    this.redraw();
  }

  /** A connection that came back is asked again; what was listed before it was cut may be old. */
  private connectionChanged({ context, state, before }: ConnectionChange): void {
    const row = this.rows.get(context);
    if (row === undefined) return;
    if (state.kind === 'connected' && before.kind === 'disconnected') row.forget();
    this.redraw(row);
  }

  private async refresh({ context, stream }: RefreshRequest): Promise<void> {
    if (context === undefined) return this.refreshAll();
    const row = this.rows.get(context);
    if (row === undefined) return;
    if (stream !== undefined) return this.refreshStream(row, stream);
    row.forget();
    this.redraw(row);
  }

  private async refreshAll(): Promise<void> {
    for (const row of this.rows.values()) row.forget();
    // What cannot be read is a row then.
    await this.contexts.reload().catch(() => undefined);
    this.redraw();
  }

  /** What a stream's row itself shows comes from the same question as what is below it. */
  private async refreshStream(parent: ContextRow, stream: string): Promise<void> {
    const row = (await parent.children()).find((each) => each.stream === stream);
    if (row === undefined) return;
    row.forget();
    await row.children();
    this.redraw(row);
  }
}

/** Keeps the connections of open rows open while the view is in sight. */
class OpenRows implements Disposable {
  private readonly open = new Set<string>();
  private readonly holds = new Map<string, Disposable>();
  private visible = true;

  constructor(private readonly connections: Connections) {}

  opened(row: Row): void {
    if (!(row instanceof ContextRow)) return;
    this.open.add(row.context);
    this.update();
  }

  closed(row: Row): void {
    if (row instanceof ContextRow) this.open.delete(row.context);
    this.update();
  }

  show(visible: boolean): void {
    this.visible = visible;
    this.update();
  }

  dispose(): void {
    this.open.clear();
    this.update();
  }

  private update(): void {
    for (const [context, hold] of this.holds) {
      if (this.visible && this.open.has(context)) continue;
      hold.dispose();
      this.holds.delete(context);
    }
    if (!this.visible) return;
    for (const context of this.open) {
      if (!this.holds.has(context)) this.holds.set(context, this.connections.hold(context));
    }
  }
}

/** The Contexts view. */
export function createContextsView(
  contexts: Contexts,
  connections: Connections,
  drift: Drift,
  requests: RefreshRequests,
): Disposable {
  const owned = new Disposables();
  const tree = owned.add(new ContextsTree(contexts, { connections, drift }, requests));
  const view = owned.add(window.createTreeView(viewIds.contexts, { treeDataProvider: tree, canSelectMany: true }));
  const openRows = owned.add(new OpenRows(connections));
  owned.add(view.onDidExpandElement(({ element }) => openRows.opened(element)));
  owned.add(view.onDidCollapseElement(({ element }) => openRows.closed(element)));
  owned.add(
    view.onDidChangeVisibility(({ visible }) => {
      openRows.show(visible);
      drift.show(visible);
    }),
  );
  owned.add(registerMarkDecorations());
  return owned;
}
