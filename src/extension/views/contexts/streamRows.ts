import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type MarkdownString } from 'vscode';
import type { BackupError, ClusterInfo, ConsumerInfo, ReplicaInfo, StreamInfo } from '../../../engine';
import { phrase } from '../../ui/format';
import type { Drift } from '../../services/drift';
import { ErrorRow, InfoRow } from '../noteRows';
import { linesOf } from '../linesOf';
import { Row } from '../row';
import { describeConsumer, describeStream, kindOf, type StreamKind } from '../../ui/describe';
import { consumerTooltip, replicaTooltip, streamTooltip } from './tooltips';
import { troubleOf, troubleOfGroup, unanswered, type Trouble } from './trouble';
import { markUri } from './decorations';
import { changeLines, markOf, noteOf } from './driftMarks';
import { FileOnlyRow } from './filesRow';
import type { RowServices } from './rowServices';

const kindIcons: Readonly<Record<StreamKind, ThemeIcon>> = {
  keyValue: new ThemeIcon('key'),
  objects: new ThemeIcon('package'),
  mirror: new ThemeIcon('mirror'),
  sourced: new ThemeIcon('git-merge'),
  memory: new ThemeIcon('chip'),
  plain: new ThemeIcon('database'),
};
const sealedIcon = new ThemeIcon('lock');

/** One stream. Nothing is asked for it alone until it opens. */
export class StreamRow extends Row {
  /** @param info as it was read last; undefined where no server answered for it */
  constructor(
    parent: Row,
    private readonly services: RowServices,
    override readonly context: string,
    override readonly stream: string,
    private info: StreamInfo | undefined,
  ) {
    super(parent);
  }

  private get trouble(): Trouble | undefined {
    return this.info === undefined ? unanswered : troubleOf(this.info);
  }

  override item(): TreeItem {
    const { info, trouble, stream } = this;
    const item = new TreeItem(stream, TreeItemCollapsibleState.Collapsed);
    item.id = `${this.context}/${stream}`;
    item.description = info === undefined ? 'no answer' : describeStream(info);
    item.iconPath = info === undefined ? kindIcons.plain : iconOf(info);
    item.contextValue = info === undefined ? 'stream unanswered' : `stream ${info.config.storage ?? 'file'}`;
    // What is broken matters more than what differs.
    const mark = trouble ?? markOf(this.drift);
    if (mark !== undefined) {
      item.resourceUri = markUri(mark, item.id);
      item.accessibilityInformation = { label: `${stream}, ${item.description}, ${mark.text}` };
    }
    return item;
  }

  override tooltip(): MarkdownString {
    const { info, stream, trouble, drift } = this;
    return info === undefined
      ? linesOf(stream, [], trouble)
      : streamTooltip(info, { changes: changeLines(drift), notes: [trouble, noteOf(drift)] });
  }

  /** What stands in files only is known when they were read, and may change while the stream is open. */
  override async children(): Promise<readonly Row[]> {
    const rows = await super.children();
    const gone = this.services.drift.consumersOnlyInFiles(this.context, this.stream);
    return [...rows, ...gone.map((file) => new FileOnlyRow(this, this.context, file))];
  }

  /** The row of one of its consumers, if it was listed. */
  async consumerRow(consumer: string): Promise<Row | undefined> {
    if (!this.isLoaded) return undefined;
    return (await this.children()).find((row) => row.consumer === consumer);
  }

  private get drift() {
    return this.services.drift.of(this.context, { stream: this.stream });
  }

  protected override async load(): Promise<readonly Row[]> {
    const { context, stream } = this;
    const { connections, drift } = this.services;
    const [info, consumers] = await connections.use(context, (api) =>
      Promise.all([api.streamInfo(stream), api.listConsumers(stream)]),
    );
    this.learn(info);
    drift.streamListed(context, info, consumers);
    const replicas = info.cluster === undefined ? [] : [new ReplicasRow(this, info.cluster, info.config.num_replicas)];
    const rows = consumers.map((consumer) => new ConsumerRow(this, drift, consumer));
    return [...replicas, ...(rows.length === 0 ? [new InfoRow(this, 'No consumers')] : rows)];
  }

  protected override failure(error: BackupError): Row {
    return new ErrorRow(this, error, { context: this.context, stream: this.stream });
  }

  /** What is newer than the listing: the row above must not say otherwise than those below it. */
  private learn(info: StreamInfo): void {
    const before = this.look();
    this.info = info;
    if (this.look() !== before) this.services.redraw(this);
  }

  /** All that can be different of the row itself after {@link info} was read again. */
  private look(): string {
    const { description, iconPath, contextValue, resourceUri } = this.item();
    return JSON.stringify([description, iconPath, contextValue, resourceUri?.toString()]);
  }
}

function iconOf({ config }: StreamInfo): ThemeIcon {
  return config.sealed ? sealedIcon : kindIcons[kindOf(config)];
}

class ConsumerRow extends Row {
  override readonly context: string;
  override readonly stream: string;
  override readonly consumer: string;

  constructor(
    parent: StreamRow,
    private readonly allDrift: Drift,
    private readonly info: ConsumerInfo,
  ) {
    super(parent);
    this.context = parent.context;
    this.stream = parent.stream;
    this.consumer = info.name;
  }

  override item(): TreeItem {
    const item = new TreeItem(this.info.name);
    const mark = this.trouble() ?? markOf(this.drift);
    item.id = `${this.context}/${this.stream}/${this.consumer}`;
    item.description = describeConsumer(this.info);
    item.iconPath = new ThemeIcon(this.info.config['deliver_subject'] ? 'broadcast' : 'inbox');
    item.contextValue = this.info.config.durable_name === undefined ? 'consumer ephemeral' : 'consumer durable';
    if (mark !== undefined) {
      item.resourceUri = markUri(mark, item.id);
      item.accessibilityInformation = { label: `${this.consumer}, ${item.description}, ${mark.text}` };
    }
    return item;
  }

  override tooltip(): MarkdownString {
    const { drift } = this;
    return consumerTooltip(this.info, { changes: changeLines(drift), notes: [this.trouble(), noteOf(drift)] });
  }

  private get drift() {
    return this.allDrift.of(this.context, { stream: this.stream, consumer: this.consumer });
  }

  private trouble(): Trouble | undefined {
    const { cluster } = this.info;
    return cluster === undefined ? undefined : troubleOfGroup(cluster, cluster.replicas.length + 1);
  }
}

/** The servers that hold a stream; what is below is known already. */
class ReplicasRow extends Row {
  constructor(
    parent: StreamRow,
    private readonly cluster: ClusterInfo,
    private readonly count = 1,
  ) {
    super(parent);
  }

  override item(): TreeItem {
    const { leader, name } = this.cluster;
    const item = new TreeItem(
      this.count === 1 ? '1 replica' : `${this.count} replicas`,
      TreeItemCollapsibleState.Collapsed,
    );
    item.id = `${this.parent?.context}/${this.parent?.stream}//replicas`;
    item.description = phrase(leader === undefined ? 'no leader' : `leader ${leader}`, `cluster ${name}`);
    item.iconPath = new ThemeIcon('server-environment');
    item.contextValue = 'replicas';
    const trouble = troubleOfGroup(this.cluster, this.count);
    if (trouble !== undefined) item.resourceUri = markUri(trouble, item.id);
    return item;
  }

  protected override load(): Promise<readonly Row[]> {
    const { leader, replicas } = this.cluster;
    const leading = leader === undefined ? [] : [new ReplicaRow(this, { name: leader })];
    return Promise.resolve([...leading, ...replicas.map((replica) => new ReplicaRow(this, replica))]);
  }
}

class ReplicaRow extends Row {
  /** @param replica with nothing but its name it is the leader */
  constructor(
    parent: Row,
    private readonly replica: ReplicaInfo | { name: string },
  ) {
    super(parent);
  }

  override item(): TreeItem {
    const { replica } = this;
    const item = new TreeItem(replica.name);
    item.contextValue = 'replica';
    item.iconPath = new ThemeIcon('server');
    if (!('current' in replica)) {
      item.description = 'leader';
    } else if (replica.offline) {
      item.description = 'offline';
      item.iconPath = new ThemeIcon('server', new ThemeColor('list.errorForeground'));
    } else if (replica.current) {
      item.description = 'current';
    } else {
      item.description = replica.lag > 0 ? `lagging, ${replica.lag.toLocaleString('en')} behind` : 'not current';
      item.iconPath = new ThemeIcon('server', new ThemeColor('list.warningForeground'));
    }
    return item;
  }

  override tooltip(): MarkdownString | undefined {
    return 'current' in this.replica ? replicaTooltip(this.replica) : undefined;
  }
}
