import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type MarkdownString } from 'vscode';
import type { AccountInfo, BackupError, ContextEntry, JetStreamApi, StreamListing } from '../../../engine';
import { compareNames, publicUrl, toBackupError } from '../../../engine';
import type { Connections } from '../../services/connections';
import type { ConnectionState } from '../../services/sharedConnection';
import { phrase } from '../../ui/format';
import { ErrorRow, InfoRow, withoutContext } from '../noteRows';
import { linesOf } from '../linesOf';
import { Row } from '../row';
import { describeAccount, fullness } from '../../ui/describe';
import { FilesRow } from './filesRow';
import type { RowServices } from './rowServices';
import { StreamRow } from './streamRows';
import { accountTooltip } from './tooltips';

const warning = new ThemeColor('list.warningForeground');

/** One context: its account and its streams. The same object stands for it as long as it exists. */
export class ContextRow extends Row {
  override readonly context: string;
  selected = false;
  /** How its streams stand to the files in the workspace, where there are some. */
  readonly files: FilesRow;
  private readonly connections: Connections;

  constructor(
    public entry: ContextEntry,
    private readonly services: RowServices,
  ) {
    super(undefined);
    this.context = entry.name;
    this.connections = services.connections;
    this.files = new FilesRow(this, entry.name, services.drift);
  }

  override item(): TreeItem {
    const { file } = this.entry;
    const item = new TreeItem(this.context, TreeItemCollapsibleState.Collapsed);
    item.id = this.context;
    const look = file === undefined ? damagedLook : lookOf(this.connections.stateOf(this.context));
    item.iconPath = look.icon;
    item.description = phrase(this.selected ? 'selected' : '', look.text, file && publicUrl(file.url ?? ''));
    item.contextValue = `context${file === undefined ? ' damaged' : ''}${this.selected ? ' selected' : ''}`;
    return item;
  }

  override tooltip(): MarkdownString {
    const { file, path, error } = this.entry;
    const state = this.connections.stateOf(this.context);
    const connection = 'error' in state ? withoutContext(state.error.message, this.context) : state.kind;
    return linesOf(this.context, [
      ['Error', error?.message],
      ['Description', file?.description],
      ['Servers', file && publicUrl(file.url ?? '')],
      ['Connection', file && connection],
      ['File', path],
    ]);
  }

  override async children(): Promise<readonly Row[]> {
    const rows = await super.children();
    const [first, ...others] = rows;
    if (first === undefined || others.length === 0 || !this.files.isThere) return rows;
    return [first, this.files, ...others];
  }

  /** The row of one of its streams, if they were listed. */
  async streamRow(stream: string): Promise<StreamRow | undefined> {
    if (!this.isLoaded) return undefined;
    return (await this.children()).find((row): row is StreamRow => row instanceof StreamRow && row.stream === stream);
  }

  protected override async load(): Promise<readonly Row[]> {
    if (this.entry.error !== undefined) throw this.entry.error;
    return await this.connections.use(this.context, (api) => this.ask(api));
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error, { context: this.context });
  }

  /** The account and the streams are asked for side by side; one may be refused without the other. */
  private async ask(api: JetStreamApi): Promise<readonly Row[]> {
    const [account, listing] = await Promise.allSettled([api.accountInfo(), api.listStreams()]);
    if (listing.status === 'fulfilled') this.services.drift.streamsListed(this.context, listing.value, api.server);
    if (listing.status === 'rejected' && account.status === 'rejected') throw account.reason;
    const first =
      account.status === 'fulfilled'
        ? new AccountRow(this, account.value, api.connection.server)
        : this.failure(toBackupError(account.reason));
    const streams =
      listing.status === 'fulfilled' ? this.streamRows(listing.value) : [this.failure(toBackupError(listing.reason))];
    return [first, ...streams];
  }

  private streamRows({ streams, missing }: StreamListing): Row[] {
    if (streams.length + missing.length === 0) return [new InfoRow(this, 'No streams')];
    const row = (name: string, info?: (typeof streams)[number]) =>
      new StreamRow(this, this.services, this.context, name, info);
    const rows = streams.map((info) => row(info.config.name, info));
    if (missing.length === 0) return rows;
    return [...rows, ...missing.map((name) => row(name))].sort((a, b) => compareNames(a.stream, b.stream));
  }
}

/** The account line: what it uses, against its limits. */
class AccountRow extends Row {
  constructor(
    parent: ContextRow,
    private readonly account: AccountInfo,
    private readonly server: string,
  ) {
    super(parent);
  }

  override item(): TreeItem {
    const item = new TreeItem('Account');
    item.id = `${this.parent?.context}//account`;
    item.description = describeAccount(this.account);
    item.iconPath = new ThemeIcon('dashboard', fullness(this.account) >= 0.9 ? warning : undefined);
    item.contextValue = 'account';
    return item;
  }

  override tooltip(): MarkdownString {
    return accountTooltip(this.account, this.server);
  }
}

interface Look {
  icon: ThemeIcon;
  text: string;
}

const damagedLook: Look = {
  icon: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
  text: 'damaged file',
};

function lookOf(state: ConnectionState): Look {
  switch (state.kind) {
    case 'closed':
      return { icon: new ThemeIcon('plug'), text: '' };
    case 'connecting':
      return { icon: new ThemeIcon('loading~spin'), text: '' };
    case 'connected':
      return { icon: new ThemeIcon('plug', new ThemeColor('testing.iconPassed')), text: '' };
    case 'disconnected':
      return { icon: new ThemeIcon('debug-disconnect', warning), text: 'connection lost, reconnecting' };
    case 'failed':
      return { icon: new ThemeIcon('debug-disconnect', new ThemeColor('list.errorForeground')), text: 'not connected' };
  }
}
