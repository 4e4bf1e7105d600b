/** Longest name of a stream or consumer in bytes of UTF-8, as servers have it. */
const maxNameBytes = 255;

const refused: readonly [RegExp, string][] = [
  [/\.\./, 'two dots'],
  [/\./, 'a dot'],
  [/\//, 'a slash'],
  [/\\/, 'a backslash'],
  [/[*>]/, 'a wildcard'],
  [/\0/, 'a NUL byte'],
  [/[ \t\r\n\f\v]/, 'a space or line break'],
];

/** Why no server has a stream or consumer of this name, to complete "because it …"; undefined if one may have it. */
export function entityNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  const found = refused.find(([pattern]) => pattern.test(name));
  if (found !== undefined) return `holds ${found[1]}`;
  const size = Buffer.byteLength(name);
  return size > maxNameBytes ? `is ${size} bytes long, and at most ${maxNameBytes} are allowed` : undefined;
}
