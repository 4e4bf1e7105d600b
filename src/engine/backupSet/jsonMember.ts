import { setImmediate } from 'node:timers/promises';
import { BackupError } from '../errors';
import type { JsonObject, JsonValue } from '../model';
import { isJsonObject } from './readJson';

/** What makes a path lead elsewhere: an empty part, `.` or `..`, and on Windows a backslash, a drive or a stream. */
const leads = /(?:^|\/)\.{0,2}(?:\/|$)|[\\:\0]/;

/**
 * A value in a JSON file that is not believed yet. Each question gives the value if it is what was asked for, else
 * throws BackupError `archiveDamaged` with the file and the value's place in it.
 */
export class JsonMember {
  private constructor(
    private readonly value: JsonValue | undefined,
    private readonly file: string,
    private readonly key: string | number,
    private readonly parent?: JsonMember,
  ) {}

  /** The whole of a file's object; `path` is the file's, for messages. */
  static root(value: JsonObject, path: string): JsonMember {
    return new JsonMember(value, path, '');
  }

  find(name: string): JsonMember | undefined {
    const object = this.object();
    return Object.hasOwn(object, name) ? new JsonMember(object[name], this.file, name, this) : undefined;
  }

  get(name: string): JsonMember {
    return this.find(name) ?? this.fail(`lacks ${JSON.stringify(name)}`);
  }

  object(): JsonObject {
    return isJsonObject(this.value) ? this.value : this.fail('is no object');
  }

  list<T>(read: (element: JsonMember) => T): T[] {
    return this.elements().map((element, index) => read(new JsonMember(element, this.file, index, this)));
  }

  /** A list that may be long: other work of this thread gets its turn in between. */
  async longList<T>(read: (element: JsonMember) => T): Promise<T[]> {
    const list: T[] = [];
    for (const [index, element] of this.elements().entries()) {
      if (index % 500 === 499) await setImmediate();
      list.push(read(new JsonMember(element, this.file, index, this)));
    }
    return list;
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('is no text');
  }

  matching(pattern: RegExp): string {
    const text = this.text();
    return pattern.test(text) ? text : this.fail('has the wrong form');
  }

  time(): string {
    const text = this.text();
    return Number.isNaN(Date.parse(text)) ? this.fail('is no time') : text;
  }

  /** A number that counts something: whole, not negative, exact. */
  count(): number {
    const count = this.value;
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : this.fail('is no count');
  }

  /** A decimal string of at most 64 bits. */
  sequence(): bigint {
    const sequence = BigInt(this.matching(/^\d{1,20}$/));
    return sequence < 2n ** 64n ? sequence : this.fail('is beyond 64 bits');
  }

  oneOf<T extends string | boolean>(values: readonly T[]): T {
    return values.find((value) => value === this.value) ?? this.fail(`is none of ${values.join(', ')}`);
  }

  /** A relative path with forward slashes that stays where it is, on Windows too. */
  path(): string {
    const path = this.text();
    return leads.test(path) ? this.fail('is no path inside the set') : path;
  }

  /** A path of one part. */
  fileName(): string {
    const name = this.path();
    return name.includes('/') ? this.fail('is no file name') : name;
  }

  /** Fails if two of the values, which came out of this list, are the same. */
  distinct(values: string[]): void {
    const seen = new Set<string>();
    for (const value of values) {
      if (seen.has(value)) this.fail(`names ${JSON.stringify(value)} twice`);
      seen.add(value);
    }
  }

  private elements(): JsonValue[] {
    return Array.isArray(this.value) ? this.value : this.fail('is no list');
  }

  private place(): string {
    const above = this.parent?.place() ?? '';
    return above === '' ? String(this.key) : `${above}.${this.key}`;
  }

  private fail(what: string): never {
    throw new BackupError('archiveDamaged', `${this.file} is damaged: ${this.place() || 'the manifest'} ${what}.`);
  }
}
