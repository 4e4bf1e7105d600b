import { crc32, inflateRawSync } from 'node:zlib';

/**
 * The content of one file in a zip archive: release downloads are zip on every platform, and no program that every
 * machine has opens them. Throws when the file is not there or its checksum is wrong.
 * @param {Buffer} zip
 * @param {(name: string) => boolean} wanted
 * @returns {Buffer}
 */
export function fileInZip(zip, wanted) {
  for (const { name, at } of entriesOf(zip)) if (wanted(name)) return contentAt(zip, at, name);
  throw new Error('the file is not in the zip archive');
}

/**
 * The names of all files in a zip archive.
 * @param {Buffer} zip
 * @returns {string[]}
 */
export function namesInZip(zip) {
  return [...entriesOf(zip)].map((entry) => entry.name).filter((name) => !name.endsWith('/'));
}

/**
 * The entries of the central directory, each with where it begins.
 * @param {Buffer} zip
 */
function* entriesOf(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('not a zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    yield { name: zip.toString('utf8', at + 46, at + 46 + nameLength), at };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

/**
 * @param {Buffer} zip
 * @param {number} entry where its entry of the central directory begins
 * @param {string} name
 */
function contentAt(zip, entry, name) {
  const method = zip.readUInt16LE(entry + 10);
  const checksum = zip.readUInt32LE(entry + 16);
  const packedSize = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + packedSize);
  if (method !== 0 && method !== 8) throw new Error(`${name} in the zip archive is packed by method ${method}`);
  const content = method === 0 ? packed : inflateRawSync(packed);
  if (crc32(content) !== checksum) throw new Error(`${name} in the zip archive is damaged`);
  return content;
}
