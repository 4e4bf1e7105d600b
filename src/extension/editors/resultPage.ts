import { workspace, type Disposable } from 'vscode';
import {
  formatBytes,
  formatDuration,
  type ConsumerInfo,
  type StreamInfo,
  type StreamRestoreResult,
} from '../../engine';
import { uriSchemes } from '../ids';
import type { ResultPage, ResultPages, RestoredStream } from '../services/resultPages';

/** Shows result pages as read-only text, in the form of `nats stream info`. */
export function registerResultPages(pages: ResultPages): Disposable {
  return workspace.registerTextDocumentContentProvider(uriSchemes.result, {
    provideTextDocumentContent: (uri) => {
      const page = pages.find(uri);
      return page === undefined ? 'This result is of an earlier window and is gone.' : resultPageText(page);
    },
  });
}

/** The text of a page: every stream with its configuration, state, consumers, and how it compares with its backup. */
export function resultPageText(page: ResultPage): string {
  return page.streams.map((stream) => streamText(stream, page)).join('\n\n');
}

function streamText({ result, info, consumers }: RestoredStream, page: ResultPage): string {
  const title = `Information for Stream ${result.restoredAs} restored ${page.at.toISOString()} into context ${page.context}`;
  return [
    title,
    '',
    ...comparison(result),
    '',
    'Configuration:',
    '',
    ...rows(configuration(info)),
    '',
    'State:',
    '',
    ...rows(state(info)),
    '',
    consumers.length === 0 ? 'Consumers: none' : `Consumers: ${consumers.length}`,
    ...consumers.flatMap((consumer) => ['', ...rows(consumerRows(consumer))]),
    '',
  ].join('\n');
}

function comparison({ differences, expected }: StreamRestoreResult): string[] {
  if (differences.length === 0) {
    const consumers = expected.consumers === 1 ? '1 consumer' : `${expected.consumers} consumers`;
    return [`Equal to the backup: messages, bytes, sequences, ${consumers} and where they stand.`];
  }
  return [
    `Compared with the backup: ${differences.length === 1 ? '1 difference' : `${differences.length} differences`}.`,
    '',
    ...rows(differences.map(({ what, expected: wanted, actual }) => [what, `backup ${wanted}, server ${actual}`])),
  ];
}

type Row = readonly [label: string, value: string];

function configuration({ config, created, cluster }: StreamInfo): Row[] {
  return [
    ['Subjects', (config.subjects ?? []).join(', ') || 'none'],
    ['Storage', config.storage ?? 'file'],
    ['Retention', config.retention ?? 'limits'],
    ['Replicas', String(config.num_replicas ?? 1)],
    ['Discard', config.discard ?? 'old'],
    ['Maximum messages', limit(config.max_msgs)],
    ['Maximum per subject', limit(config.max_msgs_per_subject)],
    ['Maximum bytes', limit(config.max_bytes)],
    ['Maximum age', duration(config.max_age)],
    ...(cluster === undefined ? [] : [['Leader', cluster.leader ?? 'none'] as const]),
    ['Created', created],
  ];
}

function state({ state: { messages, bytes, firstSeq, firstTime, lastSeq, lastTime, numDeleted } }: StreamInfo): Row[] {
  return [
    ['Messages', messages.toLocaleString('en')],
    ['Bytes', formatBytes(bytes)],
    ['First sequence', messages > 0 ? `${firstSeq} at ${firstTime}` : String(firstSeq)],
    ['Last sequence', messages > 0 ? `${lastSeq} at ${lastTime}` : String(lastSeq)],
    ['Deleted messages', numDeleted.toLocaleString('en')],
  ];
}

function consumerRows({ name, position, config }: ConsumerInfo): Row[] {
  const { ackFloor, delivered, ackPending, pending } = position;
  return [
    ['Consumer', config.durable_name === undefined ? `${name} (ephemeral)` : name],
    ['Delivered', `consumer sequence ${delivered.consumer}, stream sequence ${delivered.stream}`],
    ['Ack floor', `consumer sequence ${ackFloor.consumer}, stream sequence ${ackFloor.stream}`],
    ['Ack pending', ackPending.toLocaleString('en')],
    ['Unprocessed', (pending ?? 0).toLocaleString('en')],
  ];
}

/** Labels right-aligned, as the `nats` command line prints them. */
function rows(entries: readonly Row[]): string[] {
  const width = Math.max(22, ...entries.map(([label]) => label.length));
  return entries.map(([label, value]) => `${label.padStart(width)}: ${value}`);
}

function limit(value: number | bigint | undefined): string {
  return value === undefined || value <= 0 ? 'unlimited' : value.toLocaleString('en');
}

/** Nanoseconds in words. */
function duration(nanoseconds: number | bigint | undefined): string {
  return nanoseconds === undefined || nanoseconds <= 0 ? 'unlimited' : formatDuration(nanoseconds);
}
