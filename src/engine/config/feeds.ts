import type { JsonObject, StreamConfig } from '../model';

/** The streams of the same account that this one reads: its mirror and its sources. */
export function originsOf(config: StreamConfig): string[] {
  const feeds: JsonObject[] = [...(config.mirror === undefined ? [] : [config.mirror]), ...(config.sources ?? [])];
  return feeds.flatMap((feed) =>
    typeof feed['name'] === 'string' && feed['external'] === undefined ? [feed['name']] : [],
  );
}

/** The same streams, origins before those that read them; in their given order otherwise, also within a circle. */
export function originsFirst<T>(streams: readonly T[], configOf: (stream: T) => StreamConfig): T[] {
  const byName = new Map(streams.map((stream) => [configOf(stream).name, stream]));
  const ordered = new Set<T>();
  const visiting = new Set<T>();
  const visit = (stream: T): void => {
    if (ordered.has(stream) || visiting.has(stream)) return;
    visiting.add(stream);
    for (const origin of originsOf(configOf(stream))) {
      const found = byName.get(origin);
      if (found !== undefined) visit(found);
    }
    ordered.add(stream);
  };
  for (const stream of streams) visit(stream);
  return [...ordered];
}
