import { findNodeAtOffset, getNodePath, parseTree, type Node } from 'jsonc-parser';
import { describeField } from './describeField';
import { kindOfTree } from './kindOfText';

/** What a quantity in the text of a configuration means, and where it stands. */
export interface QuantityAt {
  /** `24 h`; of a list `1 s, 5 s`. */
  meaning: string;
  /** Of the value, or of the name where the position is in that: UTF-16 units. */
  offset: number;
  length: number;
}

/**
 * The quantity at a position of a configuration's text, which may be half written.
 *
 * @param offset in UTF-16 units
 * @returns undefined where there is none, or the text is no stream's or consumer's configuration
 */
export function quantityAt(text: string, offset: number): QuantityAt | undefined {
  const root = parseTree(text);
  const node = root && findNodeAtOffset(root, offset);
  if (root === undefined || node === undefined) return undefined;
  const kind = kindOfTree(root);
  if (kind === undefined) return undefined;
  const value = isName(node) ? node.parent?.children?.[1] : node;
  if (value === undefined) return undefined;
  const path = getNodePath(value).filter((part) => typeof part === 'string');
  const numbers = value.type === 'array' ? (value.children ?? []) : [value];
  const meanings = numbers.map((number) => {
    const integer = integerOf(number, text);
    return integer === undefined ? undefined : describeField(kind, path, integer);
  });
  if (meanings.length === 0 || meanings.includes(undefined)) return undefined;
  return { meaning: meanings.join(', '), offset: node.offset, length: node.length };
}

function isName(node: Node): boolean {
  return node.parent?.type === 'property' && node.parent.children?.[0] === node;
}

/** Read from the text: beyond 2^53 the parser's number is not exact. */
function integerOf(node: Node, text: string): bigint | undefined {
  const digits = text.slice(node.offset, node.offset + node.length);
  return node.type === 'number' && /^-?\d+$/.test(digits) ? BigInt(digits) : undefined;
}
