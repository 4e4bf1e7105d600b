import { basename } from 'node:path';
import type { ConfigurationProblem } from './configurationSource';
import { ConfigurationError } from '../config/configurationError';
import type { FoundConfiguration } from './gathered';
import { isConsumerPart, isStreamFileName } from './names';
import type { ReadConfiguration } from './readConfigurationFile';

type Parsed = Extract<ReadConfiguration, { parsed: unknown }>;

const separator = '_consumer_';

/**
 * Gives each configuration of one folder its stream. What a file is, its content says; but a plain consumer does not
 * name its stream, which is the one whose file has the same prefix. A file that is named for another stream than its
 * content is used as its content says, with a warning.
 *
 * @param beside streams of files that are read only to name consumers
 */
export function nameConsumers(
  read: readonly ReadConfiguration[],
  beside: readonly ReadConfiguration[] = [],
): { found: FoundConfiguration[]; problems: ConfigurationProblem[] } {
  const problems = read.flatMap((each) => ('problem' in each ? [each.problem] : []));
  const parsed = read.filter((each): each is Parsed => 'parsed' in each);
  const streams = new Map<string, string | undefined>();
  for (const each of [...beside, ...read]) {
    if ('problem' in each) streams.set(stem(each.file), undefined);
    else if (each.parsed.kind === 'stream') streams.set(stem(each.file), each.parsed.name);
  }
  const found = parsed.flatMap((each): FoundConfiguration[] => {
    const { file, parsed, sha256 } = each;
    const { form, line } = parsed;
    const at = line === undefined ? {} : { line };
    const base = { file, form, ...(form === 'plain' ? { sha256 } : {}), ...at };
    if (parsed.kind === 'stream') {
      const { name: stream, config } = parsed;
      return [{ ...base, ...warned(namedForAnother(each)), kind: 'stream', stream, config }];
    }
    const { name: consumer, config } = parsed;
    const prefix = parsed.stream === undefined ? prefixOf(file, consumer, streams) : undefined;
    const stream = parsed.stream ?? (prefix === undefined ? undefined : streams.get(prefix));
    if (stream !== undefined) {
      const other = prefix !== undefined && !isConsumerPart(partAfter(prefix, file), consumer);
      return [{ ...base, ...warned(other ? otherName(each) : undefined), kind: 'consumer', stream, consumer, config }];
    }
    problems.push({ file, ...at, error: withoutStream(file, consumer, prefix, line) });
    return [];
  });
  return { found, problems };
}

/** Of ours the first `_consumer_` is the separator; who does not escape names may have it in a stream's name too. */
function prefixOf(file: string, consumer: string, streams: ReadonlyMap<string, unknown>): string | undefined {
  const name = stem(file);
  const prefixes = [...name.matchAll(/_(?=consumer_)/g)].map(({ index }) => name.slice(0, index));
  const known = prefixes.filter((prefix) => streams.has(prefix));
  const fits = (prefix: string) => isConsumerPart(partAfter(prefix, file), consumer);
  return known.find(fits) ?? known[0];
}

function partAfter(prefix: string, file: string): string {
  return stem(file).slice(prefix.length + separator.length);
}

function withoutStream(file: string, consumer: string, prefix: string | undefined, line?: number): ConfigurationError {
  const why =
    prefix === undefined
      ? `no file of a stream, ${stem(file).split(separator)[0] ?? ''}.json or the like, is beside it`
      : `its file ${prefix}.json cannot be used`;
  const what = `is consumer ${JSON.stringify(consumer)} of a stream that is nowhere: ${why}. Put the stream's file there.`;
  return new ConfigurationError('notABackup', file, what, line);
}

function namedForAnother(read: Parsed): string | undefined {
  const { file, parsed } = read;
  const own = basename(file);
  if (parsed.form === 'backupJson' || !own.startsWith('stream_') || isStreamFileName(own, parsed.name))
    return undefined;
  return otherName(read);
}

function otherName({ file, parsed: { kind, name, line } }: Parsed): string {
  const where = line === undefined ? '' : `, line ${line},`;
  return `${file}${where} is ${kind} ${name}, although the file is named for another one. Make sure that it is the one you mean.`;
}

function warned(warning: string | undefined): { warnings?: string[] } {
  return warning === undefined ? {} : { warnings: [warning] };
}

function stem(file: string): string {
  return basename(file, '.json');
}
