import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { JsonObject, JsonValue } from '../model';
import { parseJson } from './losslessJson';

/** Where a text is not JSON. */
export class JsoncSyntaxError extends SyntaxError {
  /** @param offset in UTF-16 units from the text's begin */
  constructor(readonly offset: number) {
    super('not JSON');
  }
}

/**
 * JSON with comments and trailing commas, as people write it; integers keep their value as in `parseJson`.
 *
 * @throws JsoncSyntaxError
 */
export function parseJsonc(text: string): JsonValue {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (tree === undefined || first !== undefined) throw new JsoncSyntaxError(first?.offset ?? 0);
  return valueOf(tree, text);
}

function valueOf(node: Node, text: string): JsonValue {
  switch (node.type) {
    case 'array':
      return (node.children ?? []).map((child) => valueOf(child, text));
    case 'object':
      return Object.fromEntries(
        (node.children ?? []).flatMap(({ children: [key, value] = [] }): [string, JsonValue][] =>
          key === undefined || value === undefined ? [] : [[String(key.value), valueOf(value, text)]],
        ),
      ) satisfies JsonObject;
    case 'number':
      return parseJson(text.slice(node.offset, node.offset + node.length));
    default:
      return node.value as JsonValue;
  }
}
