import { createHash } from 'node:crypto';

/**
 * Bytes of UTF-8 that a stream's or a consumer's part of a file name may take. The longest name made of two of them,
 * `stream_<stream>_consumer_<consumer>.json`, is then 254 bytes, below the 255 that every file system allows.
 */
const maxPartBytes = 116;

/** Marks a hash. It is escaped in names, so a name with a hash equals no name without, nor a Windows `LONGNA~1`. */
const hashMark = '~';

/** What a file system or git refuses, what cannot be seen, and the two characters that mean something here. */
const refused = /[<>:"/\\|?*%~\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Most names need no look at each character. */
const plain = /^[\w$-]+$/;
const ascii = /^[\x20-\x7e]*$/;

/** Devices of Windows: no file can have such a name there, with or without an extension. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/**
 * A file or folder part for each stream: the stream's own name where that is possible, else escaped (`a:b` is `a%3Ab`).
 * Where that is too long, or equals another one on a file system that ignores case or Unicode form, a short hash is
 * added (`ORDERS~1f2e3d4c`), to each of those that are equal. The same streams always get the same parts.
 */
export function assignStreamNames(streams: Iterable<string>): Map<string, string> {
  return assign(streams, escapeStream);
}

/** The same for the consumers of one stream. */
export function assignConsumerNames(consumers: Iterable<string>): Map<string, string> {
  return assign(consumers, escapeName);
}

/** Whether a file of this name is what a stream's configuration is written to, here or by another tool. */
export function isStreamFileName(file: string, stream: string): boolean {
  return partsOf(stream, escapeStream(stream)).some((part) => streamFileName(part) === file);
}

/** Whether `part`, which comes after `_consumer_` in a file's name, stands for this consumer. */
export function isConsumerPart(part: string, consumer: string): boolean {
  return partsOf(consumer, escapeName(consumer)).includes(part);
}

/** Every part that may stand for a name, whatever other names there are; other tools write the name as it is. */
function partsOf(name: string, escaped: string): string[] {
  return [name, escaped, withHash(name, escaped, 8), withHash(name, escaped, 64)];
}

/** The folder of a context's backups. Two contexts may share it, since each set says which one it is of. */
export function contextFolderName(context: string): string {
  const escaped = escapeName(context);
  return Buffer.byteLength(escaped) <= maxPartBytes ? escaped : withHash(context, escaped, 8);
}

/** File name of a stream's configuration, from the stream's part. */
export function streamFileName(stream: string): string {
  return `stream_${stream}.json`;
}

/** File name of a consumer's configuration, from the stream's part and the consumer's. */
export function consumerFileName(stream: string, consumer: string): string {
  return `stream_${stream}_consumer_${consumer}.json`;
}

/** File name of a configuration where no other stream's or consumer's name is near. */
export function configurationFileName(stream: string, consumer?: string): string {
  const part = escapedOrHashed(assignStreamNames([stream]), stream);
  if (consumer === undefined) return streamFileName(part);
  return consumerFileName(part, escapedOrHashed(assignConsumerNames([consumer]), consumer));
}

function escapedOrHashed(names: Map<string, string>, name: string): string {
  return names.get(name) ?? name;
}

function assign(names: Iterable<string>, escape: (name: string) => string): Map<string, string> {
  const escaped = [...new Set(names)].sort().map((name) => ({ name, part: escape(name) }));
  const hashed = repeated(escaped.map(({ part }) => part));
  const short = escaped.map(({ name, part }) => {
    const fits = Buffer.byteLength(part) <= maxPartBytes && !hashed.has(folded(part));
    return { name, escaped: part, part: fits ? part : withHash(name, part, 8) };
  });
  // A short hash that two of them share: the whole hash tells them apart.
  const again = short.some(({ escaped, part }) => part !== escaped) ? repeated(short.map(({ part }) => part)) : hashed;
  return new Map(
    short.map(({ name, escaped, part }) => [name, again.has(folded(part)) ? withHash(name, escaped, 64) : part]),
  );
}

/** The folded forms that more than one of the parts has. */
function repeated(parts: string[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const form of parts.map(folded)) {
    if (seen.has(form)) twice.add(form);
    seen.add(form);
  }
  return twice;
}

/** What a file system that ignores case and Unicode form makes of a name, or a little less. */
function folded(part: string): string {
  if (ascii.test(part)) return part.toLowerCase();
  return part.normalize('NFD').toUpperCase().toLowerCase().normalize('NFD');
}

/**
 * `stream_A_consumer_B.json` would be stream `A_consumer_B`, or consumer B of A. In a stream's part the first
 * underscore of `_consumer_` is escaped, also where the separator itself would complete it, so that the first
 * `_consumer_` of a file name is always the separator.
 */
function escapeStream(name: string): string {
  return escapeName(name).replace(/_(?=consumer(_|$))/gi, '%5F');
}

function escapeName(name: string): string {
  // No other part is a lone per cent sign.
  if (name === '') return '%';
  const reserved = device.test(name);
  if (!reserved && plain.test(name)) return name;
  const characters = Array.from(name);
  const last = characters.length - 1;
  return characters
    .map((character, index) => {
      const atEdge = (index === 0 && /[. ]/.test(character)) || (index === last && /[. ]/.test(character));
      return refused.test(character) || atEdge || (reserved && index === 0) ? percentEncoded(character) : character;
    })
    .join('');
}

function percentEncoded(character: string): string {
  const unit = character.charCodeAt(0);
  // Half a surrogate pair has no UTF-8.
  if (character.length === 1 && unit >= 0xd800 && unit <= 0xdfff) return `%u${unit.toString(16).toUpperCase()}`;
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** As much of the part as there is room for, and `digits` hex digits of the true name's SHA-256. */
function withHash(name: string, part: string, digits: number): string {
  // UTF-16, because UTF-8 makes all halves of surrogate pairs alike.
  const hash = createHash('sha256').update(Buffer.from(name, 'utf16le')).digest('hex').slice(0, digits);
  const room = maxPartBytes - hashMark.length - digits;
  let kept = '';
  // An escape is kept whole or not at all.
  for (const [token] of part.matchAll(/%u[0-9A-F]{4}|(?:%[0-9A-F]{2})+|./gsu)) {
    if (Buffer.byteLength(kept + token) > room) break;
    kept += token;
  }
  return `${kept}${hashMark}${hash}`;
}
