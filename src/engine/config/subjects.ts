/**
 * Whether some subject matches both patterns: `*` is one token, `>` one or more at the end. Servers refuse a stream whose
 * subjects overlap those of another one (10065).
 */
export function subjectsOverlap(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; ; index += 1) {
    const [x, y] = [left[index], right[index]];
    if (x === undefined || y === undefined) return x === y;
    if (x === '>' || y === '>') return true;
    if (x !== y && x !== '*' && y !== '*') return false;
  }
}

/** The subjects a stream takes: its own; its name where none are given, unless it is a mirror or has sources. */
export function effectiveSubjects(config: {
  name: string;
  subjects?: string[];
  mirror?: object;
  sources?: object[];
}): string[] {
  if (config.subjects !== undefined && config.subjects.length > 0) return config.subjects;
  const fed = config.mirror !== undefined || (config.sources?.length ?? 0) > 0;
  return fed ? [] : [config.name];
}
