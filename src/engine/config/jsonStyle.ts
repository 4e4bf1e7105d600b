import type { Node } from 'jsonc-parser';
import type { JsonValue } from '../model';
import { stringifyJson } from '../util/losslessJson';
import { isObject } from './differences';

/** How a JSON text is laid out, so that what is put into it looks like what is there. */
export interface JsonStyle {
  lineEnd: string;
  /** White space of one level. */
  unit: string;
  /** Between a name and its value: `: `. */
  colon: string;
  /** Between elements on one line: `, `. */
  comma: string;
  /** Between the braces of an object on one line and its members. */
  padding: string;
  /** Lists of plain values stand on one line. */
  inlineLists: boolean;
}

/** The style of a text that `root` is the parsed tree of. */
export function styleOf(text: string, root: Node): JsonStyle {
  const nodes = allNodes(root);
  const [first] = root.children ?? [];
  const isOneLine = (node: Node) => !textOf(text, node).includes('\n');
  const lists = nodes.filter((node) => node.type === 'array' && hasPlainValues(node));
  const inline = nodes.filter((node) => isContainer(node) && isOneLine(node));
  const [one, two] = inline.find((node) => (node.children ?? []).length > 1)?.children ?? [];
  const object = inline.find((node) => node.type === 'object' && (node.children ?? []).length > 0);
  const [name, value] = first?.children ?? [];
  const colon = name && value ? oneLine(text.slice(endOf(name), value.offset)) : undefined;
  const compact = colon === ':';
  return {
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    unit: (first && !isOneLine(root) ? indentAt(text, first.offset) : '') || '  ',
    colon: colon ?? ': ',
    comma: (one && two && oneLine(text.slice(endOf(one), two.offset))) || (compact ? ',' : ', '),
    padding: object?.children?.[0]
      ? text.slice(object.offset + 1, object.children[0].offset)
      : compact || isOneLine(root)
        ? ''
        : ' ',
    inlineLists: lists[0] === undefined ? isOneLine(root) : isOneLine(lists[0]),
  };
}

/** @param indent white space of the line that the value begins on; `inline` keeps it on that line */
export function render(value: JsonValue, indent: string, style: JsonStyle, inline: boolean): string {
  if (!Array.isArray(value) && !isObject(value)) return stringifyJson(value);
  const oneLine = inline || (Array.isArray(value) && style.inlineLists && value.every(isPlain));
  const inner = indent + style.unit;
  const items = Array.isArray(value)
    ? value.map((element) => render(element, inner, style, oneLine))
    : Object.entries(value).flatMap(([key, member]) =>
        member === undefined ? [] : [`${stringifyJson(key)}${style.colon}${render(member, inner, style, oneLine)}`],
      );
  return brackets(items, Array.isArray(value), indent, style, oneLine);
}

/** Elements or members that are text already, in their brackets. */
export function brackets(items: string[], list: boolean, indent: string, style: JsonStyle, inline: boolean): string {
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  if (inline) {
    const padding = list ? '' : style.padding;
    return `${open}${padding}${items.join(style.comma)}${padding}${close}`;
  }
  const begin = style.lineEnd + indent;
  return `${open}${begin}${style.unit}${items.join(`,${begin}${style.unit}`)}${begin}${close}`;
}

export function textOf(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

export function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** The white space that the line of this place begins with. */
export function indentAt(text: string, offset: number): string {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(begin, offset))?.[0] ?? '';
}

function allNodes(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(allNodes)];
}

function isContainer({ type }: Node): boolean {
  return type === 'array' || type === 'object';
}

function hasPlainValues({ children = [] }: Node): boolean {
  return children.length > 0 && !children.some(isContainer);
}

function isPlain(value: JsonValue): boolean {
  return !Array.isArray(value) && !isObject(value);
}

function oneLine(between: string): string | undefined {
  return between.includes('\n') ? undefined : between;
}
