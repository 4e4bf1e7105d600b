import { parseTree, type Node } from 'jsonc-parser';
import { consumerConfigOrder, streamConfigOrder } from './fieldOrder';

/** Whether a text, which may be half written, is a stream's or a consumer's configuration; undefined if it is neither. */
export function kindOfText(text: string): 'stream' | 'consumer' | undefined {
  const root = parseTree(text);
  return root && kindOfTree(root);
}

/** A configuration has a field that only streams have, or one that only consumers have. */
export function kindOfTree(root: Node): 'stream' | 'consumer' | undefined {
  if (root.type !== 'object') return undefined;
  const names = (root.children ?? []).map((member) => String(member.children?.[0]?.value));
  const hasOneOf = (fields: object, others: object) =>
    names.some((name) => Object.hasOwn(fields, name) && !Object.hasOwn(others, name));
  const isStream = hasOneOf(streamConfigOrder, consumerConfigOrder);
  if (isStream === hasOneOf(consumerConfigOrder, streamConfigOrder)) return undefined;
  return isStream ? 'stream' : 'consumer';
}
