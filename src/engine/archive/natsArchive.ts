import type { ConsumerPosition, ConsumerSnapshot, JsonObject, JsonValue, SequencePair } from '../model';
import { damaged, truncated } from './failure';
import { ItemReader } from './itemReader';
import { limits, withinLimit } from './limits';
import { isObject, parseObject } from './metaFile';
import type { ContentSummary } from './tarArchive';
import { VarintReader } from './varint';

/** What the content of an archive V2 begins with. */
export const natsArchiveMagic = 'NATSARC1';

const stateName = 'state.json';
const consumerPrefix = 'consumers/';
/** Bytes of a record in a server's file store beside subject, headers and body; with headers four more. */
const recordOverhead = 30;

interface EntryHead {
  /** Bytes of the five numbers. */
  size: number;
  nameSize: number;
  isZero: boolean;
  high: number;
  low: number;
  headersSize: number;
  payloadSize: number;
}

interface DeclaredState {
  messages: bigint;
  firstSeq: bigint;
  lastSeq: bigint;
  consumers: number;
}

type Expects = 'magic' | 'state' | 'consumer' | 'message' | 'nothing';

/** Checks the entries of archive V2, as servers from 2.15 on write it, by every rule that they restore by. */
export class NatsArchiveReader {
  private readonly items = new ItemReader((bytes, start, end) => this.readItem(bytes, start, end), limits.consumer);
  private readonly numbers = new VarintReader();
  private expects: Expects = 'magic';
  private state: DeclaredState = { messages: 0n, firstSeq: 0n, lastSeq: 0n, consumers: 0 };
  private readonly consumers = new Map<string, ConsumerSnapshot>();
  private messages = 0;
  private bytes = 0;
  private firstSeq: bigint | undefined;
  private lastHigh = 0;
  private lastLow = 0;

  /** @throws BackupError at the first thing wrong */
  write(bytes: Uint8Array): void {
    this.items.write(bytes);
  }

  /** @throws BackupError `archiveTruncated` where the end mark was not reached */
  end(): ContentSummary {
    if (this.expects !== 'nothing') {
      const inside = this.items.inItem ? 'inside an entry' : 'without its end mark';
      throw truncated(`it ends ${inside}, after ${this.progress()}`);
    }
    const last = join(this.lastHigh, this.lastLow);
    const lastSeq = this.messages > 0 && last > this.state.lastSeq ? last : this.state.lastSeq;
    return {
      format: 'v2',
      messages: this.messages,
      bytes: this.bytes,
      firstSeq: this.firstSeq ?? (lastSeq === 0n ? 0n : lastSeq + 1n),
      lastSeq,
      exact: true,
      hasTombstones: false,
      consumers: [...this.consumers.values()],
    };
  }

  private progress(): string {
    return `${this.consumers.size} of ${this.state.consumers} consumers and ${this.messages} messages`;
  }

  private readItem(bytes: Uint8Array, start: number, end: number): number {
    if (this.expects === 'nothing') throw damaged('there are bytes after its end mark');
    if (this.expects === 'magic') return this.readMagic(bytes, start, end);
    const head = this.readHead(bytes, start, end);
    if (head === undefined) return -(end - start + 1);
    if (this.expects === 'message') return this.readMessage(head);
    const max = this.expects === 'state' ? limits.metadata : limits.consumer;
    const dataSize = withinLimit(head.payloadSize, max, `the size of an entry before the messages`);
    const size = head.size + head.nameSize + dataSize;
    if (end - start < size) return -size;
    const dataAt = start + head.size + head.nameSize;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + start + head.size, head.nameSize).toString('utf8');
    const data = bytes.subarray(dataAt, dataAt + dataSize);
    if (this.expects === 'state') this.readState(name, head, data);
    else this.readConsumer(name, head, data);
    return size;
  }

  private readMagic(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < natsArchiveMagic.length) return -natsArchiveMagic.length;
    const magic = String.fromCharCode(...bytes.subarray(start, start + natsArchiveMagic.length));
    if (magic !== natsArchiveMagic) throw damaged(`it does not begin with ${natsArchiveMagic}`);
    this.expects = 'state';
    return natsArchiveMagic.length;
  }

  private readHead(bytes: Uint8Array, start: number, end: number): EntryHead | undefined {
    const numbers = this.numbers.at(bytes, start, end);
    if (!numbers.read()) return undefined;
    const nameSize = withinLimit(numbers.number, limits.entryName, 'the length of a name');
    if (!numbers.read()) return undefined;
    const hasTime = (numbers.high | numbers.low) !== 0;
    if (!numbers.read()) return undefined;
    const { high, low } = numbers;
    if (!numbers.read()) return undefined;
    const headersSize = withinLimit(numbers.number, Number.MAX_SAFE_INTEGER, 'the size of headers');
    if (!numbers.read()) return undefined;
    const payloadSize = withinLimit(numbers.number, Number.MAX_SAFE_INTEGER, 'the size of a message');
    const isZero = !hasTime && (nameSize | high | low) === 0 && headersSize === 0 && payloadSize === 0;
    return { size: numbers.position - start, nameSize, isZero, high, low, headersSize, payloadSize };
  }

  /** The content of a message is behind the checksums of S2 already; its size is all that matters here. */
  private readMessage(head: EntryHead): number {
    if (head.isZero) {
      this.expects = 'nothing';
      return head.size;
    }
    const { high, low, nameSize, headersSize, payloadSize } = head;
    if ((high | low) === 0) throw damaged(`an entry after ${this.progress()} is neither a message nor the end mark`);
    const size = recordOverhead + nameSize + headersSize + payloadSize + (headersSize > 0 ? 4 : 0);
    withinLimit(size, limits.message, `the size of message ${join(high, low)}`);
    if (this.firstSeq === undefined) this.firstSeq = this.checkFirst(join(high, low));
    else if (high < this.lastHigh || (high === this.lastHigh && low <= this.lastLow)) {
      throw damaged(`message ${join(high, low)} comes after message ${join(this.lastHigh, this.lastLow)}`);
    }
    if (join(high, low) > this.state.lastSeq)
      throw damaged(`message ${join(high, low)} is above the declared last sequence`);
    this.lastHigh = high;
    this.lastLow = low;
    this.messages++;
    this.bytes += size;
    return head.size + nameSize + headersSize + payloadSize;
  }

  private checkFirst(seq: bigint): bigint {
    if (seq >= this.state.firstSeq) return seq;
    throw damaged(`message ${seq} is below the declared first sequence ${this.state.firstSeq}`);
  }

  private readState(name: string, head: EntryHead, data: Uint8Array): void {
    if (name !== stateName || (head.high | head.low | head.headersSize) !== 0)
      throw damaged('its first entry is not state.json');
    const json = parseObject(data, stateName);
    const messages = unsigned(json.messages, 'messages of state.json');
    const firstSeq = unsigned(json.first_seq, 'first_seq of state.json');
    const lastSeq = unsigned(json.last_seq, 'last_seq of state.json');
    unsigned(json.bytes, 'bytes of state.json');
    const consumers = withinLimit(
      Number(unsigned(json.consumer_count, 'consumer_count of state.json')),
      limits.consumers,
      'consumer_count of state.json',
    );
    const range = firstSeq === 0n ? 0n : lastSeq - firstSeq + 1n;
    if ((firstSeq === 0n && lastSeq !== 0n) || range < 0n || messages > range) {
      throw damaged(`state.json declares ${messages} messages from ${firstSeq} to ${lastSeq}, which is impossible`);
    }
    this.state = { messages, firstSeq, lastSeq, consumers };
    this.expects = consumers > 0 ? 'consumer' : 'message';
  }

  private readConsumer(entry: string, head: EntryHead, data: Uint8Array): void {
    if (
      !entry.startsWith(consumerPrefix) ||
      entry === consumerPrefix ||
      (head.high | head.low | head.headersSize) !== 0
    ) {
      throw damaged(
        `an entry named ${JSON.stringify(entry)} stands where consumer ${this.consumers.size + 1} of ${this.state.consumers} belongs`,
      );
    }
    const name = entry.slice(consumerPrefix.length);
    if (this.consumers.has(name)) throw damaged(`consumer ${name} is there twice`);
    const json = parseObject(data, entry);
    if (!isObject(json.config)) throw damaged(`${entry} has no config`);
    if (!isObject(json.state)) throw damaged(`${entry} has no state`);
    this.consumers.set(name, {
      name,
      config: json.config,
      position: readPosition(json.state, entry),
    });
    if (this.consumers.size === this.state.consumers) this.expects = 'message';
  }
}

/** A consumer's state as 2.15 writes it in JSON. @throws BackupError `archiveDamaged` where 2.15 would refuse it */
function readPosition(state: JsonObject, what: string): ConsumerPosition {
  const delivered = readPair(state.delivered, `delivered of ${what}`);
  const ackFloor = readPair(state.ack_floor, `ack_floor of ${what}`);
  if (ackFloor.consumer > delivered.consumer || ackFloor.stream > delivered.stream) {
    throw damaged(`${what} acknowledges more than was delivered`);
  }
  const pending = keysOf(state.pending, `pending of ${what}`);
  for (const key of pending) {
    const seq = /^\d{1,20}$/.test(key) ? BigInt(key) : -1n;
    if (seq <= ackFloor.stream || seq > delivered.stream)
      throw damaged(`${what} has sequence ${key} pending, out of its range`);
  }
  const redelivered = keysOf(state.redelivered, `redelivered of ${what}`).length;
  return { delivered, ackFloor, ackPending: pending.length, redelivered };
}

function readPair(value: JsonValue | undefined, what: string): SequencePair {
  if (!isObject(value)) throw damaged(`${what} is missing`);
  return { consumer: unsigned(value.consumer_seq, what), stream: unsigned(value.stream_seq, what) };
}

function keysOf(value: JsonValue | undefined, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw damaged(`${what} is unreadable`);
  return Object.keys(value);
}

/** An unsigned 64-bit integer of JSON. */
function unsigned(value: JsonValue | undefined, what: string): bigint {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) {
    const exact = BigInt(value);
    if (exact >= 0n && exact < 1n << 64n) return exact;
  }
  throw damaged(`${what} is not a whole number that fits 64 bits`);
}

function join(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
