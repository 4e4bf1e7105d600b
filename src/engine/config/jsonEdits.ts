import { parseTree, type Node } from 'jsonc-parser';
import type { JsonObject, JsonValue } from '../model';
import { parseJson } from '../util/losslessJson';
import { inFieldOrder } from './canonicalJson';
import { isObject, sameValue, unordered } from './differences';
import type { Shape } from './fieldOrder';
import { brackets, endOf, indentAt, render, styleOf, textOf, type JsonStyle } from './jsonStyle';

/**
 * The text of a JSON object with one member as another object has it: replaced, added or removed. Everything else stays
 * as it is written.
 *
 * @param path names of members, and indices of lists
 * @param order where a new member goes
 */
export function withMemberOf(text: string, path: readonly (string | number)[], from: JsonObject, order: Shape): string {
  const root = parseTree(text);
  if (root?.type !== 'object') return text;
  const edit = new Edit(text, styleOf(text, root));
  let [node, value, shape]: [Node, JsonValue, Shape] = [root, from, order];
  for (const [index, key] of path.entries()) {
    const member = memberOf(node, key);
    const wanted = memberValue(value, key);
    if (wanted === undefined) return member === undefined ? text : edit.remove(node, member);
    if (member === undefined) return edit.insert(node, String(key), wanted, shape);
    const present = member.type === 'property' ? member.children?.[1] : member;
    if (present === undefined) return text;
    // The members of a list's elements have the list's shape.
    shape = typeof key === 'string' ? (shape[key] ?? {}) : shape;
    const goesOn = index + 1 < path.length && isContainerOf(present, wanted);
    if (!goesOn) return edit.replace(present, String(key), wanted, shape);
    [node, value] = [present, wanted];
  }
  return text;
}

/** One change of a text. */
class Edit {
  constructor(
    private readonly text: string,
    private readonly style: JsonStyle,
  ) {}

  replace(node: Node, name: string, value: JsonValue, shape: Shape): string {
    const indent = indentAt(this.text, node.offset);
    const inline = (node.children ?? []).length > 0 && !textOf(this.text, node).includes('\n');
    const written =
      Array.isArray(value) && node.type === 'array' && (node.children ?? []).length > 0
        ? this.list(node, value, shape, unordered.has(name), indent, inline)
        : render(inFieldOrder(value, shape), indent, this.style, inline);
    return this.splice(node.offset, endOf(node), written);
  }

  remove(parent: Node, member: Node): string {
    const members = parent.children ?? [];
    const index = members.indexOf(member);
    const [before, after] = [members[index - 1], members[index + 1]];
    if (after !== undefined) return this.splice(member.offset, after.offset, '');
    if (before !== undefined) return this.splice(endOf(before), endOf(member), '');
    return this.splice(parent.offset, endOf(parent), parent.type === 'array' ? '[]' : '{}');
  }

  insert(parent: Node, name: string, value: JsonValue, shape: Shape): string {
    const members = parent.children ?? [];
    const wanted = inFieldOrder(value, shape[name] ?? {});
    const [first] = members;
    if (first === undefined) {
      const written = render({ [name]: wanted }, indentAt(this.text, parent.offset), this.style, false);
      return this.splice(parent.offset, endOf(parent), written);
    }
    const before = members.findLast((each) => comesBefore(nameOf(each), name, shape));
    const between = this.separator(parent, members, before ?? first);
    const inline = !between.includes('\n');
    const indent = /[ \t]*$/.exec(between)?.[0] ?? '';
    const written = `${JSON.stringify(name)}${this.style.colon}${render(wanted, indent, this.style, inline)}`;
    if (before === undefined) return this.splice(first.offset, first.offset, written + between);
    return this.splice(endOf(before), endOf(before), between + written);
  }

  /** What stands between the member and one beside it; where it has none, what the brace before it tells. */
  private separator(parent: Node, members: Node[], member: Node): string {
    const index = Math.max(1, members.indexOf(member));
    const [one, two] = [members[index - 1], members[index]];
    if (one !== undefined && two !== undefined) return this.text.slice(endOf(one), two.offset);
    const inline = !this.text.slice(parent.offset, member.offset).includes('\n');
    return inline ? this.style.comma : `,${this.style.lineEnd}${indentAt(this.text, member.offset)}`;
  }

  /** Elements that the list has already stay as they are written, in their place where the order means nothing. */
  private list(
    node: Node,
    values: JsonValue[],
    shape: Shape,
    anyOrder: boolean,
    indent: string,
    inline: boolean,
  ): string {
    const present = (node.children ?? []).map((child) => {
      const written = textOf(this.text, child);
      return { written, value: parseJson(written) };
    });
    const inner = indent + this.style.unit;
    const inlineElements = inline || present.every(({ written }) => !written.includes('\n'));
    const write = (value: JsonValue) =>
      present.find((each) => sameValue('', each.value, value))?.written ??
      render(inFieldOrder(value, shape), inner, this.style, inlineElements);
    const has = (list: JsonValue[], value: JsonValue) => list.some((each) => sameValue('', each, value));
    const old = present.map(({ value }) => value);
    const ordered = anyOrder
      ? [...old.filter((value) => has(values, value)), ...values.filter((value) => !has(old, value))]
      : values;
    return brackets(ordered.map(write), true, indent, this.style, inline);
  }

  private splice(begin: number, end: number, written: string): string {
    return this.text.slice(0, begin) + written + this.text.slice(end);
  }
}

/** Whether a member stands before a new one: both in the known order, or unknown ones by name after all known. */
function comesBefore(present: string, wanted: string, shape: Shape): boolean {
  const order = Object.keys(shape);
  const [a, b] = [order.indexOf(present), order.indexOf(wanted)];
  if (b < 0) return a >= 0 || present < wanted;
  return a >= 0 && a < b;
}

function memberOf({ type, children = [] }: Node, key: string | number): Node | undefined {
  if (typeof key === 'number') return type === 'array' ? children[key] : undefined;
  // Of a name that stands there twice the last one counts.
  return type === 'object' ? children.findLast((member) => nameOf(member) === key) : undefined;
}

function nameOf(member: Node): string {
  return String(member.children?.[0]?.value);
}

function memberValue(value: JsonValue, key: string | number): JsonValue | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isObject(value) ? value[key] : undefined;
}

function isContainerOf({ type }: Node, value: JsonValue): boolean {
  return (type === 'object' && isObject(value)) || (type === 'array' && Array.isArray(value));
}
