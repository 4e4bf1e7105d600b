import { createHash } from 'node:crypto';
import { WasmHighwayHash } from 'highwayhasher';
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { s2Header, storedS2Chunk } from '../../../src/engine/archive/s2Stream';

const hasher = WasmHighwayHash.loadModule();

/** HighwayHash-64 as a file store keys it, straight from the package. */
export async function hash64(keyText: string, bytes: Uint8Array): Promise<Buffer> {
  const key = createHash('sha256').update(keyText).digest();
  return Buffer.from((await hasher).hash64(key, bytes));
}

/** Go's unsigned varint. */
export function uvarint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** Go's signed varint. */
export function varint(value: number | bigint): number[] {
  const exact = BigInt(value);
  return uvarint(exact < 0n ? -exact * 2n - 1n : exact * 2n);
}

export interface TestRecord {
  seq: number | bigint;
  subject?: string;
  headers?: string;
  body?: string | Uint8Array;
  kind?: 'message' | 'erased' | 'tombstone';
}

const flags = { message: 0n, erased: 1n << 63n, tombstone: 1n << 62n };

/** One record of a message block, with its hash. */
export async function record(stream: string, block: number, given: TestRecord): Promise<Buffer> {
  const subject = Buffer.from(given.subject ?? '');
  const headers = given.headers === undefined ? undefined : Buffer.from(given.headers);
  const body = Buffer.from(given.body ?? '');
  const size = 30 + subject.length + body.length + (headers === undefined ? 0 : 4 + headers.length);
  const head = Buffer.alloc(22);
  head.writeUInt32LE(headers === undefined ? size : size + 2 ** 31, 0);
  head.writeBigUInt64LE(BigInt(given.seq) | flags[given.kind ?? 'message'], 4);
  head.writeBigInt64LE(1795479819587654204n, 12);
  head.writeUInt16LE(subject.length, 20);
  const headersSize = Buffer.alloc(headers === undefined ? 0 : 4);
  if (headers !== undefined) headersSize.writeUInt32LE(headers.length);
  const hashed = Buffer.concat([head.subarray(4, 20), subject, headers ?? Buffer.alloc(0), body]);
  const hash = await hash64(`${stream}-${block}`, hashed);
  return Buffer.concat([head, subject, headersSize, headers ?? Buffer.alloc(0), body, hash]);
}

/** A whole message block. */
export async function block(stream: string, index: number, records: TestRecord[]): Promise<Buffer> {
  const made: Buffer[] = [];
  for (const each of records) made.push(await record(stream, index, each));
  return Buffer.concat(made);
}

/** `count` plain messages from `first` on. */
export function messages(first: number, count: number): TestRecord[] {
  return Array.from({ length: count }, (_, i) => ({ seq: first + i, subject: 'a.b', body: `message ${first + i}` }));
}

export interface TestFile {
  path: string;
  content: Uint8Array | string;
}

/** A file of a tar the way Go's PAX writer puts it: extended header, header, content, zeros. */
export function tarEntry({ path, content }: TestFile): Buffer {
  const bytes = Buffer.from(content as Uint8Array);
  const pax = new Pax({ path, mtime: new Date(1646697541710), uname: 'nats', gname: 'nats' }).encode();
  const header = new Header({ path, mode: 0o600, size: bytes.length, type: 'File', uname: 'nats', gname: 'nats' });
  header.encode();
  return Buffer.concat([pax, header.block!, bytes, zeros(-bytes.length & 511)]);
}

export const tarEnd = Buffer.alloc(1024);

export function tar(files: TestFile[]): Buffer {
  return Buffer.concat([...files.map(tarEntry), tarEnd]);
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

/** An S2 stream that stores `plain` as it is. */
export function s2(plain: Uint8Array, chunkSize = 1 << 20): Buffer {
  const chunks: Uint8Array[] = [s2Header];
  for (let at = 0; at < plain.length; at += chunkSize) chunks.push(storedS2Chunk(plain.subarray(at, at + chunkSize)));
  return Buffer.concat(chunks);
}

/** `meta.inf` and `meta.sum` of a stream, or with `consumer` those of one. */
export async function metaFiles(stream: string, fields: object, consumer?: string): Promise<TestFile[]> {
  const meta = Buffer.from(JSON.stringify(fields));
  const folder = consumer === undefined ? '' : `obs/${consumer}/`;
  const sum = await hash64(consumer === undefined ? stream : `${stream}/${consumer}`, meta);
  return [
    { path: `${folder}meta.inf`, content: meta },
    { path: `${folder}meta.sum`, content: sum.toString('hex') },
  ];
}

export function streamMeta(stream: string, config: object = {}): Promise<TestFile[]> {
  const created = '2026-11-24T00:23:39.587654204Z';
  return metaFiles(stream, { Created: created, name: stream, subjects: ['a.>'], storage: 'file', ...config });
}

export async function consumerFiles(stream: string, name: string, state: number[]): Promise<TestFile[]> {
  const fields = { Created: '2026-11-24T00:23:39.6Z', Name: name, durable_name: name, ack_policy: 'explicit' };
  const meta = await metaFiles(stream, fields, name);
  return [...meta, { path: `obs/${name}/o.dat`, content: Uint8Array.from(state) }];
}

export interface TestIndexBlock {
  index: number;
  bytes: number;
  first: number;
  last: number;
  deleted?: number[];
}

export interface TestIndex {
  version?: number;
  messages: number;
  bytes: number;
  first: number;
  last: number;
  subjects?: [subject: string, total: number][];
  blocks: TestIndexBlock[];
  lastBlock: number;
  /** The block that is `lastBlock`; its last eight bytes are what the index names. */
  lastContent: Uint8Array;
}

/** `index.db` of a 2.10 or later server. */
export async function indexFile(stream: string, index: TestIndex): Promise<TestFile> {
  const { version = 4 } = index;
  const bytes = [11, version, ...uvarint(index.messages), ...uvarint(index.bytes), ...uvarint(index.first)];
  bytes.push(...varint(1795479819587654204n), ...uvarint(index.last), ...varint(1795479819587654204n));
  const subjects = index.subjects ?? [['a.b', index.messages]];
  bytes.push(...uvarint(subjects.length));
  for (const [subject, total] of subjects) {
    bytes.push(...uvarint(subject.length), ...Buffer.from(subject), ...uvarint(total), 1);
    if (total > 1 || version >= 4) bytes.push(1);
  }
  bytes.push(...uvarint(index.blocks.length));
  for (const each of index.blocks) {
    const deleted = each.deleted ?? [];
    bytes.push(...uvarint(each.index), ...uvarint(each.bytes), ...uvarint(each.first), 0, ...uvarint(each.last), 0);
    bytes.push(...uvarint(deleted.length));
    if (version >= 2) bytes.push(0);
    if (version >= 3) bytes.push(0);
    if (deleted.length > 0) bytes.push(...deletedSet(deleted, version === 1 ? 1 : 2));
  }
  bytes.push(...uvarint(index.lastBlock), ...lastEight(index.lastContent));
  const content = Buffer.from(bytes);
  return { path: 'msgs/index.db', content: Buffer.concat([content, await hash64(stream, content)]) };
}

/** A deleted set in one form of the AVL encoding: 64 words a node in version 1, 32 in version 2. */
export function deletedSet(sequences: number[], version: 1 | 2): Buffer {
  const words = version === 1 ? 64 : 32;
  const nodes = new Map<number, Buffer>();
  for (const seq of sequences) {
    const base = seq - (seq % (64 * words));
    const node = nodes.get(base) ?? Buffer.alloc(8 + 8 * words + 2);
    node.writeBigUInt64LE(BigInt(base));
    const bit = seq - base;
    node[8 + (bit >> 3)]! |= 1 << (bit & 7);
    nodes.set(base, node);
  }
  const head = Buffer.from([22, version, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(nodes.size, 2);
  head.writeUInt32LE(sequences.length, 6);
  return Buffer.concat([head, ...nodes.values()]);
}

/** `N.idx` of a 2.9 server for the block `content`. */
export function blockIndexFile(
  index: number,
  content: Uint8Array,
  state: { bytes: number; first: number; last: number; deleted?: number[] },
): TestFile {
  const deleted = state.deleted ?? [];
  const count = state.last - state.first + 1 - deleted.length;
  const bytes = [22, 1, ...uvarint(count), ...uvarint(state.bytes), ...uvarint(state.first), ...varint(1646697541)];
  bytes.push(...uvarint(state.last), ...varint(1646697542), ...uvarint(deleted.length), ...lastEight(content));
  for (const seq of deleted) bytes.push(...uvarint(seq - state.first));
  return { path: `msgs/${index}.idx`, content: Uint8Array.from(bytes) };
}

export function blockFile(index: number, content: Uint8Array): TestFile {
  return { path: `msgs/${index}.blk`, content };
}

function lastEight(content: Uint8Array): Uint8Array {
  return content.length < 8 ? new Uint8Array(8) : content.subarray(content.length - 8);
}

export interface TestEntry {
  name: string;
  time?: bigint;
  seq?: number | bigint;
  headers?: string;
  body?: string;
}

/** One entry of archive V2. */
export function entry({ name, time = 1795479819656503148n, seq = 0, headers = '', body = '' }: TestEntry): Buffer {
  const nameBytes = Buffer.from(name);
  const [headersBytes, bodyBytes] = [Buffer.from(headers), Buffer.from(body)];
  const numbers = [...uvarint(nameBytes.length), ...varint(time), ...uvarint(seq)];
  numbers.push(...uvarint(headersBytes.length), ...uvarint(bodyBytes.length));
  return Buffer.concat([Buffer.from(numbers), nameBytes, headersBytes, bodyBytes]);
}

export const endMark = entry({ name: '', time: 0n });

/** The content of an archive V2, its end mark included. */
export function natsArchive(entries: TestEntry[]): Buffer {
  return Buffer.concat([Buffer.from('NATSARC1'), ...entries.map(entry), endMark]);
}

export function stateEntry(state: object): TestEntry {
  const full = { messages: 0, bytes: 0, first_seq: 0, last_seq: 0, consumer_count: 0, ...state };
  return { name: 'state.json', body: JSON.stringify(full) };
}
