import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalConsumerConfig, canonicalStreamConfig } from '../config/canonicalJson';
import { parseConfiguration } from '../config/parseConfiguration';
import { inParallel } from '../util/inParallel';
import { withFileErrors } from './fileError';
import { lookInto } from './lookInto';
import { assignConsumerNames, assignStreamNames, consumerFileName, streamFileName } from './names';
import { maxConfigurationBytes } from './readConfigurationFile';
import { ifExists, readSmallFile } from './readJson';

const filesAtOnce = 16;

/** What is on the server, for telling which files are of what is gone. */
export interface LiveNames {
  streams: ReadonlySet<string>;
  /** Durable consumers by stream; of streams that are not here nothing is said. */
  consumers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A file of ours, as its content says. */
interface OwnFile {
  name: string;
  stream?: string;
  consumer?: string;
  /** The text is what we would write for this configuration. */
  canonical: boolean;
}

/**
 * The files of a configuration folder that we would have written, and whose stream or consumer is gone. A file in any
 * other form, or under another name than the one we give it, is somebody else's and not among them.
 *
 * @param only streams that are looked at; all when absent
 * @returns file names, sorted
 * @throws BackupError `fileAccess`
 */
export async function goneConfigurations(
  folder: string,
  live: LiveNames,
  only?: ReadonlySet<string>,
): Promise<string[]> {
  const look = await ifExists(lookInto(folder));
  const names = look?.files.filter((name) => /^stream_.*\.json$/.test(name)) ?? [];
  const files = await inParallel(names, filesAtOnce, (name) => readOwn(folder, name));
  const streamNames = files.flatMap(({ stream, consumer }) => (consumer === undefined && stream ? [stream] : []));
  const parts = assignStreamNames([...live.streams, ...streamNames]);
  const byPart = new Map([...parts].map(([stream, part]) => [part, stream]));
  const gone = files.filter(({ name, stream, consumer, canonical }) => {
    if (!canonical) return false;
    const owner = consumer === undefined ? stream : byPart.get(partOf(name));
    if (owner === undefined || (only !== undefined && !only.has(owner))) return false;
    const part = parts.get(owner) ?? '';
    if (consumer === undefined) return name === streamFileName(part) && !live.streams.has(owner);
    if (name !== consumerFileName(part, consumerPart(consumer, live.consumers.get(owner)))) return false;
    return !live.streams.has(owner) || live.consumers.get(owner)?.has(consumer) === false;
  });
  return gone.map(({ name }) => name).sort();
}

/** Removes files that {@link goneConfigurations} named. */
export async function removeConfigurations(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = join(folder, name);
    await withFileErrors('remove the file', path, () => rm(path, { force: true }));
  }
}

/** `ORDERS` of `stream_ORDERS_consumer_NEW.json`: the first separator is the only one, since names are escaped. */
function partOf(name: string): string {
  return /^stream_(.*?)_consumer_/.exec(name)?.[1] ?? '';
}

function consumerPart(consumer: string, others: ReadonlySet<string> = new Set()): string {
  return assignConsumerNames([consumer, ...others]).get(consumer) ?? consumer;
}

async function readOwn(folder: string, name: string): Promise<OwnFile> {
  const path = join(folder, name);
  try {
    const text = (await readSmallFile(path, maxConfigurationBytes)).toString();
    const parsed = parseConfiguration(text, path);
    if (parsed.kind === 'stream') {
      return { name, stream: parsed.name, canonical: canonicalStreamConfig(parsed.config) === text };
    }
    return { name, consumer: parsed.name, canonical: canonicalConsumerConfig(parsed.config) === text };
  } catch {
    // Whatever it is, we have not written it.
    return { name, canonical: false };
  }
}
