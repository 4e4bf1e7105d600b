import type { JsonObject, StreamConfig } from '../model';
import { integer, text } from './normalForm';
import { effectiveSubjects, type TakesSubjects } from './subjects';

/** Tokens of subjects, each below the one before it; at the last, the streams that take the subject, and the subject. */
interface Node {
  below: Map<string, Node>;
  taken: Map<string, string>;
}

/** A subject of one stream, and one of another that some message would match too. */
export interface SubjectOverlap {
  subject: string;
  taken: string;
  stream: string;
}

/** What a stream reserves of its account: its max_bytes, once for each replica. */
export interface Reservation {
  inMemory: boolean;
  replicas: bigint;
  /** 0 for a stream without max_bytes. */
  bytes: bigint;
}

export function reservationOf(stream: JsonObject): Reservation {
  const bytes = integer(stream, 'max_bytes');
  return {
    inMemory: text(stream, 'storage') === 'memory',
    replicas: integer(stream, 'num_replicas') || 1n,
    bytes: bytes > 0n ? bytes : 0n,
  };
}

/**
 * The streams of an account, found by name and by subject without a look at each: a plan of thousands of streams asks for
 * every one of them.
 */
export class AccountStreams {
  private readonly byName = new Map<string, StreamConfig>();
  private readonly root = newNode();
  /** Those with the same storage and replicas together. */
  private readonly reserved = new Map<string, Reservation>();

  constructor(streams: Iterable<StreamConfig> = []) {
    for (const config of streams) this.set(config);
  }

  get size(): number {
    return this.byName.size;
  }

  find(name: string): StreamConfig | undefined {
    return this.byName.get(name);
  }

  /** Adds a stream, in the place of one of the same name. */
  set(config: StreamConfig): void {
    const { name } = config;
    const before = this.byName.get(name);
    if (before !== undefined) {
      this.reserve(before, -1n);
      for (const subject of effectiveSubjects(before)) remove(this.root, tokensOf(subject), name);
    }
    this.reserve(config, 1n);
    this.byName.set(name, config);
    for (const subject of effectiveSubjects(config)) add(this.root, subject, name);
  }

  /** What the streams reserve, but the one of this name. */
  reservedWithout(name: string): Reservation[] {
    const own = this.byName.get(name);
    const all = [...this.reserved.values()];
    if (own === undefined) return all;
    const { inMemory, replicas, bytes } = reservationOf(own);
    return [...all, { inMemory, replicas, bytes: -bytes }];
  }

  /** The subject of another stream that this one would take too; servers refuse that (10065). */
  overlapWith(config: TakesSubjects): SubjectOverlap | undefined {
    for (const subject of effectiveSubjects(config)) {
      const found = search(this.root, tokensOf(subject), config.name);
      if (found !== undefined) return { subject, ...found };
    }
    return undefined;
  }

  private reserve(config: StreamConfig, times: bigint): void {
    const { bytes, ...kind } = reservationOf(config);
    const key = `${kind.inMemory} ${kind.replicas}`;
    this.reserved.set(key, { ...kind, bytes: (this.reserved.get(key)?.bytes ?? 0n) + times * bytes });
  }
}

function newNode(): Node {
  return { below: new Map(), taken: new Map() };
}

/** What comes after `>` counts for nothing. */
function tokensOf(subject: string): string[] {
  const tokens = subject.split('.');
  const end = tokens.indexOf('>');
  return end < 0 ? tokens : tokens.slice(0, end + 1);
}

function add(root: Node, subject: string, stream: string): void {
  let node = root;
  for (const token of tokensOf(subject)) {
    const next = node.below.get(token) ?? newNode();
    node.below.set(token, next);
    node = next;
  }
  node.taken.set(stream, subject);
}

function remove(node: Node, [token, ...rest]: string[], stream: string): void {
  if (token === undefined) {
    node.taken.delete(stream);
    return;
  }
  const next = node.below.get(token);
  if (next === undefined) return;
  remove(next, rest, stream);
  if (next.taken.size + next.below.size === 0) node.below.delete(token);
}

type Found = Omit<SubjectOverlap, 'subject'>;

/** The same rule as `subjectsOverlap`, for all subjects below a node at once. */
function search(node: Node, tokens: readonly string[], except: string, index = 0): Found | undefined {
  const token = tokens[index];
  if (token === undefined) return takenAt(node, except);
  if (token === '>') return firstOf(node.below.values(), (next) => anyAt(next, except));
  const rest = node.below.get('>');
  const found = rest && takenAt(rest, except);
  if (found !== undefined) return found;
  const next = token === '*' ? [...node.below.values()] : [node.below.get(token), node.below.get('*')];
  return firstOf(next, (each) => (each === undefined ? undefined : search(each, tokens, except, index + 1)));
}

function anyAt(node: Node, except: string): Found | undefined {
  return takenAt(node, except) ?? firstOf(node.below.values(), (next) => anyAt(next, except));
}

function takenAt({ taken }: Node, except: string): Found | undefined {
  return firstOf(taken, ([stream, subject]) => (stream === except ? undefined : { stream, taken: subject }));
}

function firstOf<T>(all: Iterable<T>, find: (each: T) => Found | undefined): Found | undefined {
  for (const each of all) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
