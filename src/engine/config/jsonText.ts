import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { JsonObject } from '../model';
import { parseJson } from '../util/losslessJson';
import { ConfigurationError } from './configurationError';
import { isObject } from './differences';

/** A JSON object, and where in its text the members are. */
export interface JsonText {
  value: JsonObject;
  /** Line, from 1, of what is at a path; undefined where nothing is. */
  lineOf: (path: JSONPath) => number | undefined;
}

/** No configuration is as deep, and a parser that calls itself has an end. */
const maxDepth = 64;

const reasons: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that is no JSON',
  InvalidNumberFormat: 'a number that is no JSON',
  PropertyNameExpected: 'a name in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'the closing brace is missing',
  CloseBracketExpected: 'the closing bracket is missing',
  EndOfFileExpected: 'more text after the end of the object',
  InvalidCommentToken: 'a comment, which JSON does not have',
  UnexpectedEndOfString: 'a text without its closing quote',
  UnexpectedEndOfNumber: 'a number that ends too early',
  InvalidUnicode: 'an escape of Unicode that is no JSON',
  InvalidEscapeCharacter: 'an escape that is no JSON',
  InvalidCharacter: 'a control character inside a text',
};

/**
 * Reads JSON as strictly as a server does, and stricter: no member twice, no number beyond 64 bits.
 *
 * @param file absolute path, for messages
 * @throws ConfigurationError `notABackup`, `limitExceeded`
 */
export function parseJsonText(text: string, file: string): JsonText {
  if (text.trim() === '') throw new ConfigurationError('notABackup', file, 'is empty. Remove it, or export it again.');
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new ConfigurationError('notABackup', file, 'holds a NUL byte; it is no text. Export it again.', lineAt(nul));
  }
  checkDepth(text, file, lineAt);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined || root === undefined) {
    const reason = first === undefined ? 'no value' : (reasons[printParseErrorCode(first.error)] ?? 'a fault');
    const what = `is not JSON: ${reason}. Mend it, or export it again.`;
    throw new ConfigurationError('notABackup', file, what, lineAt(first?.offset ?? 0));
  }
  checkNode(root, text, file, lineAt);
  const value = parseJson(text);
  if (!isObject(value)) {
    throw new ConfigurationError('notABackup', file, 'holds no JSON object, and so no configuration.', 1);
  }
  return {
    value,
    lineOf: (path) => {
      const node = findNodeAtLocation(root, path);
      return node === undefined ? undefined : lineAt(node.offset);
    },
  };
}

function checkDepth(text: string, file: string, lineAt: (offset: number) => number): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') inText = !inText;
    else if (inText && character === '\\') at += 1;
    else if (!inText && (character === '{' || character === '[')) depth += 1;
    else if (!inText && (character === '}' || character === ']')) depth -= 1;
    if (depth <= maxDepth) continue;
    const what = `is nested more than ${maxDepth} levels deep; it is no configuration.`;
    throw new ConfigurationError('notABackup', file, what, lineAt(at));
  }
}

function checkNode(node: Node, text: string, file: string, lineAt: (offset: number) => number): void {
  if (node.type === 'number') checkNumber(node, text, file, lineAt);
  if (node.type === 'object') {
    const seen = new Set<unknown>();
    for (const { children: [key] = [] } of node.children ?? []) {
      if (key === undefined) continue;
      if (seen.has(key.value)) {
        const what = `has ${JSON.stringify(key.value)} a second time. Leave only the one that is meant.`;
        throw new ConfigurationError('notABackup', file, what, lineAt(key.offset));
      }
      seen.add(key.value);
    }
  }
  for (const child of node.children ?? []) checkNode(child, text, file, lineAt);
}

/** Servers have signed and unsigned integers of 64 bits. */
function checkNumber(node: Node, text: string, file: string, lineAt: (offset: number) => number): void {
  const digits = text.slice(node.offset, node.offset + node.length);
  const fits = /^-?\d+$/.test(digits)
    ? BigInt(digits) >= -(2n ** 63n) && BigInt(digits) < 2n ** 64n
    : Math.abs(Number(digits)) < 2 ** 63;
  if (fits) return;
  const shown = digits.length > 40 ? `${digits.slice(0, 40)}…` : digits;
  const what = `has the number ${shown}, which is beyond the 64 bits of a server. Correct it.`;
  throw new ConfigurationError('limitExceeded', file, what, lineAt(node.offset));
}
