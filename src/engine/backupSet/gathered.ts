import type { ConfigurationArchive, ConfigurationProblem, SourceConfiguration } from './configurationSource';

/** A configuration, and the line of its name where that is known. */
export type FoundConfiguration = SourceConfiguration & { line?: number };

/** What parts of a source hold, before doubles are sorted out. */
export interface Gathered {
  found: FoundConfiguration[];
  problems: ConfigurationProblem[];
  archives: ConfigurationArchive[];
}

export function gatheredOf(parts: readonly Partial<Gathered>[]): Gathered {
  return {
    found: parts.flatMap(({ found = [] }) => found),
    problems: parts.flatMap(({ problems = [] }) => problems),
    archives: parts.flatMap(({ archives = [] }) => archives),
  };
}
