import { subjectsOverlap } from './subjects';

/** Whether servers take it for a subject: tokens that are not empty, no white space, `>` only at the end. */
export function isValidSubject(subject: string): boolean {
  const tokens = subject.split('.');
  return tokens.every(
    (token, index) => token !== '' && !/[\t\n\f\r ]/.test(token) && (token !== '>' || index === tokens.length - 1),
  );
}

/** A subject without wildcards. */
export function isLiteral(subject: string): boolean {
  return !subject.split('.').some((token) => token === '*' || token === '>');
}

/** Whether a server takes it for the name of a stream or consumer. */
export function isValidName(name: string): boolean {
  return name !== '' && !/[ \t\r\n\f.*>\\/]/.test(name);
}

/** Whether every subject that `a` matches is matched by `b` too. */
export function isSubset(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  for (const [index, token] of right.entries()) {
    const given = left[index];
    if (token === '>') return given !== undefined;
    if (given === undefined || given === '>') return false;
    if (token !== '*' && token !== given) return false;
    if (token !== '*' && given === '*') return false;
  }
  return left.length === right.length;
}

/** The first two that overlap. */
export function overlapWithin(subjects: readonly string[]): [string, string] | undefined {
  for (const [index, a] of subjects.entries()) {
    const b = subjects.slice(index + 1).find((each) => subjectsOverlap(a, each));
    if (b !== undefined) return [a, b];
  }
  return undefined;
}

/**
 * Why a server makes no subject transform of the two: both must be subjects, with `>` in both or in none, `*` only in the
 * source, and in the destination references such as `{{wildcard(1)}}` or `$1` to wildcards that the source has.
 * Undefined where it can be made; an empty destination is none.
 */
export function transformProblem(src: string, dest: string): string | undefined {
  if (dest === '') return undefined;
  const source = src === '' ? '>' : src;
  if (!isValidSubject(source) || !isValidSubject(dest)) return 'source and destination must be valid subjects';
  const [from, to] = [source.split('.'), dest.split('.')];
  if (to.includes('*')) return 'the destination must not have a "*"; write {{wildcard(1)}}';
  if ((from.at(-1) === '>') !== (to.at(-1) === '>')) return 'either both source and destination end in ">", or none';
  const wildcards = from.filter((token) => token === '*').length;
  const references = to.flatMap(
    (token) => /^\$(\d+)$/.exec(token)?.[1] ?? /^\{\{wildcard\((\d+)\)\}\}$/i.exec(token)?.[1] ?? [],
  );
  if (references.every((each) => Number(each) <= wildcards)) return undefined;
  return `the destination refers to a wildcard that the source does not have (it has ${wildcards})`;
}
