import { basename, dirname } from 'node:path';
import { Range, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, type MarkdownString } from 'vscode';
import type { ConfigurationProblem, SourceConfiguration } from '../../../engine';
import { commandId } from '../../ids';
import type { DriftName, DriftReport, DriftState } from '../../services/contextDrift';
import { nameOfKey } from '../../services/contextDrift';
import type { Drift } from '../../services/drift';
import { countOf, phrase } from '../../ui/format';
import { linesOf } from '../linesOf';
import { InfoRow } from '../noteRows';
import { Row } from '../row';
import { markUri } from './decorations';
import { changeLines, goneMark, markOf, nextStepOf, noteOf } from './driftMarks';

type Differing = Extract<DriftState, { kind: 'differs' }>;

/** The configuration files of a context: how many of what is live differ from them, and below it which. */
export class FilesRow extends Row {
  /** The folder; the first, where several roots of the workspace have one. */
  declare source?: string;
  declare path?: string;

  constructor(
    parent: Row,
    override readonly context: string,
    private readonly drift: Drift,
  ) {
    super(parent);
  }

  /** Whether the workspace has a folder of such files. */
  get isThere(): boolean {
    return this.report !== undefined;
  }

  override item(): TreeItem {
    const item = new TreeItem('Configuration files', TreeItemCollapsibleState.Collapsed);
    const folder = this.report?.folders[0];
    if (folder !== undefined) this.source = this.path = folder;
    item.id = `${this.context}//files`;
    item.description = this.report === undefined ? '' : summaryOf(this.report);
    item.iconPath = new ThemeIcon('files');
    item.contextValue = 'files';
    return item;
  }

  override tooltip(): MarkdownString {
    const { report } = this;
    const [streams, consumers] = [false, true].map((consumer) => namesWithoutFile(report, consumer));
    return linesOf('Configuration files', [
      ['State', report && summaryOf(report)],
      ['Streams without a file', listed(streams ?? [])],
      ['Consumers without a file', listed(consumers ?? [])],
      ['Compared', 'all streams, and the consumers of those that were opened'],
      ['Folder', report?.folders.join(', ')],
    ]);
  }

  /** Made anew each time from what is known. */
  override children(): Promise<readonly Row[]> {
    const { report } = this;
    if (report === undefined) return Promise.resolve([]);
    const differing = [...report.states].flatMap(([key, state]) =>
      state.kind === 'differs' ? [new DifferenceRow(this, this.context, nameOfKey(key), state)] : [],
    );
    const rows: Row[] = [
      ...differing.sort((a, b) => compareRows(a, b)),
      ...onlyStreams(report).map((file) => new FileOnlyRow(this, this.context, file)),
      ...report.problems.map((problem) => new ProblemRow(this, this.context, problem)),
    ];
    return Promise.resolve(rows.length > 0 ? rows : [new InfoRow(this, 'No file differs from what is live')]);
  }

  private get report(): DriftReport | undefined {
    return this.drift.reportOf(this.context);
  }
}

/** A stream or consumer that its file has otherwise; a click shows the difference. */
class DifferenceRow extends Row {
  override readonly stream: string;
  override readonly source: string;
  override readonly path: string;
  declare readonly consumer?: string;

  constructor(
    parent: Row,
    override readonly context: string,
    name: DriftName,
    private readonly state: Differing,
  ) {
    super(parent);
    this.stream = name.stream;
    if (name.consumer !== undefined) Object.assign(this, { consumer: name.consumer });
    this.source = this.path = state.file;
  }

  override item(): TreeItem {
    const { stream, consumer, state } = this;
    const item = new TreeItem(consumer ?? stream);
    item.id = `${this.context}//files/${stream}/${consumer ?? ''}`;
    const fields = state.changes.map(({ field }) => field).join(', ');
    item.description = phrase(consumer === undefined ? '' : `consumer of ${stream}`, fields);
    item.iconPath = new ThemeIcon('diff');
    item.contextValue = 'file differs';
    item.command = { command: commandId('compareWithLive'), title: 'Compare with Live', arguments: [this] };
    const mark = markOf(state);
    if (mark !== undefined) item.resourceUri = markUri(mark, item.id);
    return item;
  }

  override tooltip(): MarkdownString {
    const { state, stream, consumer } = this;
    return linesOf(consumer ?? stream, [...changeLines(state), ['File', state.file]], noteOf(state));
  }
}

/** A file of a stream or consumer that is not on the server. */
export class FileOnlyRow extends Row {
  override readonly stream: string;
  override readonly source: string;
  override readonly path: string;
  declare readonly consumer?: string;

  constructor(
    parent: Row,
    override readonly context: string,
    file: SourceConfiguration,
  ) {
    super(parent);
    this.stream = file.stream;
    if (file.kind === 'consumer') Object.assign(this, { consumer: file.consumer });
    // With a stream its consumers are restored, too.
    this.source = file.kind === 'stream' ? dirname(file.file) : file.file;
    this.path = file.file;
  }

  override item(): TreeItem {
    const { stream, consumer, path } = this;
    const inList = this.parent instanceof FilesRow;
    const item = new TreeItem(consumer ?? stream);
    item.id = `${this.context}/${inList ? '/files' : stream}/only/${stream}/${consumer ?? ''}`;
    const of = inList && consumer !== undefined ? `consumer of ${stream}` : '';
    item.description = phrase(of, 'not on the server', basename(path));
    item.iconPath = new ThemeIcon('json');
    item.contextValue = 'file only';
    item.resourceUri = markUri(goneMark, item.id);
    item.command = { command: 'vscode.open', title: 'Open', arguments: [Uri.file(path), { preview: true }] };
    return item;
  }

  override tooltip(): MarkdownString {
    const note = { icon: 'git-compare', text: `${goneMark.text}. ${nextStepOf(goneMark)}` };
    return linesOf(this.consumer ?? this.stream, [['File', this.path]], note);
  }
}

/** A file that cannot be compared. */
class ProblemRow extends Row {
  override readonly path: string;

  constructor(
    parent: Row,
    override readonly context: string,
    private readonly problem: ConfigurationProblem,
  ) {
    super(parent);
    this.path = problem.file;
  }

  override item(): TreeItem {
    const { file, line, error } = this.problem;
    const item = new TreeItem(basename(file));
    item.description = error.message;
    item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    item.contextValue = 'file unusable';
    const at = Math.max(0, (line ?? 1) - 1);
    const options = { preview: true, selection: new Range(at, 0, at, 0) };
    item.command = { command: 'vscode.open', title: 'Open', arguments: [Uri.file(file), options] };
    return item;
  }

  override tooltip(): MarkdownString {
    return linesOf(basename(this.path), [['Cannot be used', this.problem.error.message]]);
  }
}

/** `3 differ · 2 not in files · 1 not on the server`, or that all is the same. */
function summaryOf(report: DriftReport): string {
  const states = [...report.states.values()];
  const count = (kind: DriftState['kind']) => states.filter((state) => state.kind === kind).length;
  const [differing, without] = [count('differs'), count('withoutFile')];
  const gone = report.onlyInFiles.length;
  const unusable = report.problems.length;
  const text = phrase(
    differing > 0 ? `${differing.toLocaleString('en')} ${differing === 1 ? 'differs' : 'differ'}` : '',
    without > 0 ? `${without.toLocaleString('en')} without a file` : '',
    gone > 0 ? `${gone.toLocaleString('en')} not on the server` : '',
    unusable > 0 ? `${countOf(unusable, 'file')} unusable` : '',
  );
  return text === '' ? 'as on the server' : text;
}

/** A consumer of such a stream comes with it. */
function onlyStreams({ onlyInFiles }: DriftReport): SourceConfiguration[] {
  const streams = new Set(onlyInFiles.flatMap((file) => (file.kind === 'stream' ? [file.stream] : [])));
  return onlyInFiles.filter((file) => file.kind === 'stream' || !streams.has(file.stream));
}

function namesWithoutFile(report: DriftReport | undefined, consumers: boolean): string[] {
  return [...(report?.states ?? [])].flatMap(([key, { kind }]) => {
    const { stream, consumer } = nameOfKey(key);
    return kind === 'withoutFile' && (consumer !== undefined) === consumers ? [consumer ?? stream] : [];
  });
}

function listed(names: string[]): string {
  const more = names.length - 10;
  return more > 0 ? `${names.slice(0, 10).join(', ')} and ${more} more` : names.join(', ');
}

function compareRows(a: DifferenceRow, b: DifferenceRow): number {
  const [left, right] = [a, b].map(({ stream, consumer = '' }) => `${stream}\0${consumer}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
