import { setImmediate } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '../model';
import { parseJson, stringifyJson } from './losslessJson';

/** Bytes that are parsed at once: a few milliseconds' work, also where integers beyond 2^53 make it slow. */
const sliceBytes = 64 * 1024;
/** Bytes that are looked at for where a value ends before others have their turn. */
const scanBytes = 1024 * 1024;
/** Levels of lists and objects that are taken apart. What lies deeper in a file of ours is small. */
const maxDepth = 4;
/** Elements of a list that are written at once. */
const sliceElements = 200;

const [tab, newline, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];
const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The value that `parseJson` makes of a text in UTF-8, taken apart so that other work of this thread has its turn every
 * few milliseconds. A long list or object is cut between its elements; each piece goes through `parseJson`.
 *
 * @throws SyntaxError; for a long text the positions in its message count from where it says the piece begins
 */
export async function parseJsonInSlices(bytes: Buffer): Promise<JsonValue> {
  return await parseSpan(bytes, 0, bytes.length, 1);
}

async function parseSpan(bytes: Buffer, start: number, end: number, depth: number): Promise<JsonValue> {
  const open = skipSpace(bytes, start, end);
  const close = lastOf(bytes, open, end);
  const long = end - start > sliceBytes && depth <= maxDepth;
  const isList = bytes[open] === openList && bytes[close] === closeList;
  const isObject = bytes[open] === openObject && bytes[close] === closeObject;
  if (!long || open >= close || !(isList || isObject)) return parseText(bytes.toString('utf8', start, end), start);
  if (isList) return (await elementsOf(bytes, open + 1, close, depth)).flat(1);
  const members = await membersOf(bytes, open + 1, close, depth);
  // Unlike an assignment this makes a member of "__proto__" too, as JSON.parse does.
  return Object.fromEntries(members.flatMap((some) => Object.entries(some)));
}

/** A list's elements, in lists of as many as make a piece. */
async function elementsOf(bytes: Buffer, start: number, end: number, depth: number): Promise<JsonValue[][]> {
  const lists: JsonValue[][] = [];
  for await (const { from, to } of pieces(bytes, start, end)) {
    if (to - from > sliceBytes) lists.push([await parseSpan(bytes, from, to, depth + 1)]);
    else lists.push(parseText(`[${bytes.toString('utf8', from, to)}]`, from) as JsonValue[]);
  }
  return lists;
}

/** An object's members, in objects of as many as make a piece. */
async function membersOf(bytes: Buffer, start: number, end: number, depth: number): Promise<JsonObject[]> {
  const objects: JsonObject[] = [];
  for await (const { from, to } of pieces(bytes, start, end)) {
    const nameEnd = to - from > sliceBytes ? endOfName(bytes, from, to) : undefined;
    if (nameEnd === undefined) {
      objects.push(parseText(`{${bytes.toString('utf8', from, to)}}`, from) as JsonObject);
      continue;
    }
    // The name goes through the parser together with a value that is short.
    const [name = ''] = Object.keys(parseText(`{${bytes.toString('utf8', from, nameEnd)}0}`, from) as JsonObject);
    objects.push(Object.fromEntries([[name, await parseSpan(bytes, nameEnd, to, depth + 1)]]));
  }
  return objects;
}

interface Piece {
  from: number;
  to: number;
}

/**
 * Cuts the inside of a list or an object at its commas: a piece holds as many elements as fit, or one that does not.
 * Nothing is yielded for an empty one.
 */
async function* pieces(bytes: Buffer, start: number, end: number): AsyncGenerator<Piece, void> {
  let [from, lastComma, depth, pause] = [start, start, 0, start + scanBytes];
  for (let at = start; at <= end; at++) {
    const byte = at === end ? comma : bytes[at]!;
    if (byte === quote) at = endOfString(bytes, at, end);
    else if (byte === openObject || byte === openList) depth++;
    else if (byte === closeObject || byte === closeList) depth--;
    else if (byte === comma && (depth === 0 || at === end)) {
      if (at - from > sliceBytes && lastComma > from) {
        yield { from, to: lastComma };
        await setImmediate();
        from = lastComma + 1;
      }
      lastComma = at;
    }
    if (at > pause) {
      await setImmediate();
      pause = at + scanBytes;
    }
  }
  if (skipSpace(bytes, from, end) < end) yield { from, to: end };
  else if (from > start) throw new SyntaxError(`Unexpected end of a list or an object at byte ${end}`);
}

/** Where the string ends that begins here: at its closing quote, or at the end. */
function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

/** Behind the colon of the member that begins here; undefined if it has none. */
function endOfName(bytes: Buffer, start: number, end: number): number | undefined {
  const name = skipSpace(bytes, start, end);
  if (bytes[name] !== quote) return undefined;
  const at = skipSpace(bytes, endOfString(bytes, name, end) + 1, end);
  return bytes[at] === colon ? at + 1 : undefined;
}

function skipSpace(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

function lastOf(bytes: Buffer, start: number, end: number): number {
  let at = end - 1;
  while (at > start && isSpace(bytes[at]!)) at--;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === space || byte === newline || byte === carriageReturn || byte === tab;
}

function parseText(text: string, from: number): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (from === 0 || !(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${error.message} (in the piece from byte ${from} on)`, { cause: error });
  }
}

/**
 * The text that `stringifyJson` makes of an object, and a final newline, in pieces, so that other work of this thread has its turn every few
 * milliseconds. Cut are the lists that are members of the object itself.
 */
export async function* jsonTexts(value: object, indent: number): AsyncGenerator<string, void> {
  const newLine = `\n${' '.repeat(indent)}`;
  let before = '{';
  for (const [name, member] of Object.entries(value) as [string, JsonValue | undefined][]) {
    if (member === undefined) continue;
    yield `${before}${newLine}${stringifyJson(name)}: `;
    if (Array.isArray(member) && member.length > sliceElements) yield* listTexts(member, indent, newLine);
    else yield stringifyJson(member, indent).replaceAll('\n', newLine);
    before = ',';
  }
  yield before === '{' ? '{}\n' : '\n}\n';
}

async function* listTexts(list: JsonValue[], indent: number, newLine: string): AsyncGenerator<string, void> {
  for (let start = 0; start < list.length; start += sliceElements) {
    // Without its brackets: a line break and the elements.
    const text = stringifyJson(list.slice(start, start + sliceElements), indent).slice(1, -2);
    yield `${start === 0 ? '[' : ','}${text.replaceAll('\n', newLine)}`;
    await setImmediate();
  }
  yield `${newLine}]`;
}
