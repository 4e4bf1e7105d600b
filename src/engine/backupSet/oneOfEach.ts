import { dirname } from 'node:path';
import { ConfigurationError } from '../config/configurationError';
import { differencesOf } from '../config/differences';
import type { ConfigurationProblem, SourceConfiguration } from './configurationSource';
import type { FoundConfiguration } from './gathered';

/**
 * One configuration for each stream and consumer, streams by name and each before its consumers. A file that was written
 * to be read counts before what stands in a manifest or beside an archive. Of two such files nobody can say which is
 * meant, unless they are in two folders and hold the same: then neither is used, and the problem names both.
 */
export function oneOfEach(found: readonly FoundConfiguration[]): {
  configurations: SourceConfiguration[];
  problems: ConfigurationProblem[];
} {
  const groups = new Map<string, FoundConfiguration[]>();
  for (const each of found) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const configurations: SourceConfiguration[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const key of [...groups.keys()].sort()) {
    const all = groups.get(key) ?? [];
    const files = all.filter(({ form }) => isFile(form));
    const [first, ...others] = files.length > 0 ? files : all;
    if (first === undefined) continue;
    const other = others.find((each) => !isSame(first, each));
    if (other === undefined) configurations.push(withoutLine(first));
    else problems.push(double(first, other, others.length - 1));
  }
  return { configurations, problems };
}

/** Of a stream, or of a consumer. */
function keyOf(each: SourceConfiguration): string {
  return each.kind === 'stream' ? each.stream : `${each.stream}\0${each.consumer}`;
}

/** Whether a configuration stands in a file that was written to be read. */
export function isFile(form: SourceConfiguration['form']): boolean {
  return form === 'plain' || form === 'envelope';
}

function isSame(a: FoundConfiguration, b: FoundConfiguration): boolean {
  const apart = dirname(a.file) !== dirname(b.file) || a.file === b.file;
  return apart && differencesOf(a.config, b.config).length === 0;
}

function double(first: FoundConfiguration, { file, line }: FoundConfiguration, more: number): ConfigurationProblem {
  const what = first.kind === 'stream' ? `stream ${first.stream}` : `consumer ${first.consumer} of ${first.stream}`;
  const rest = more === 0 ? '' : ` (and ${more} more)`;
  const text = `is of ${what}, and so is ${first.file}${rest}. Leave the one that is meant, or choose its folder alone.`;
  return {
    file,
    ...(line === undefined ? {} : { line }),
    error: new ConfigurationError('notABackup', file, text, line),
  };
}

function withoutLine(found: FoundConfiguration): SourceConfiguration {
  const configuration = { ...found };
  delete configuration.line;
  return configuration;
}
