/**
 * Whether some subject matches both patterns: `*` is one token, `>` one or more at the end. Servers refuse a stream whose
 * subjects overlap those of another one (10065).
 */
export function subjectsOverlap(a: string, b: string): boolean {
  if (beginOtherwise(a, b)) return false;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; ; index += 1) {
    const [x, y] = [left[index], right[index]];
    if (x === undefined || y === undefined) return x === y;
    if (x === '>' || y === '>') return true;
    if (x !== y && x !== '*' && y !== '*') return false;
  }
}

/** Whether the first tokens differ and are no wildcards: nearly all pairs of an account, told without splitting them. */
function beginOtherwise(a: string, b: string): boolean {
  if (/^[*>]/.test(a) || /^[*>]/.test(b)) return false;
  for (let index = 0; ; index += 1) {
    const [x, y] = [a[index], b[index]];
    const [xEnds, yEnds] = [x === undefined || x === '.', y === undefined || y === '.'];
    if (xEnds || yEnds) return xEnds !== yEnds;
    if (x !== y) return true;
  }
}

/** What says which subjects a stream takes. */
export interface TakesSubjects {
  name: string;
  subjects?: string[];
  mirror?: object;
  sources?: object[];
}

/** The subjects a stream takes: its own; its name where none are given, unless it is a mirror or has sources. */
export function effectiveSubjects(config: TakesSubjects): string[] {
  if (config.subjects !== undefined && config.subjects.length > 0) return config.subjects;
  const fed = config.mirror !== undefined || (config.sources?.length ?? 0) > 0;
  return fed ? [] : [config.name];
}
