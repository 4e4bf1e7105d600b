// CRC-32C (Castagnoli), sixteen bytes a step: one table for each distance of a byte from the end of the step.
const polynomial = 0x82f63b78;
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    made[byte] = crc;
  }
  for (let i = 256; i < made.length; i++) {
    const previous = made[i - 256]!;
    made[i] = (previous >>> 8) ^ made[previous & 255]!;
  }
  return made;
}

/**
 * CRC-32C of `bytes[start..end)` as an unsigned number. Fast where `bytes` begins at a multiple of four in its buffer
 * and `start` is a multiple of four too: then words are read instead of bytes.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const aligned = ((bytes.byteOffset | start) & 3) === 0;
  const whole = aligned ? start + ((end - start) & ~15) : start;
  let crc = aligned ? crcOfWords(new Int32Array(bytes.buffer, bytes.byteOffset + start, (whole - start) >> 2)) : -1;
  for (let i = whole; i < end; i++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** The running CRC, not yet inverted, over a multiple of four words. Every machine that VS Code runs on is little-endian. */
function crcOfWords(words: Int32Array): number {
  const t = tables;
  let crc = -1;
  for (let i = 0; i < words.length; i += 4) {
    const a = crc ^ words[i]!;
    const b = words[i + 1]!;
    const c = words[i + 2]!;
    const d = words[i + 3]!;
    crc =
      t[3840 | (a & 255)]! ^
      t[3584 | ((a >>> 8) & 255)]! ^
      t[3328 | ((a >>> 16) & 255)]! ^
      t[3072 | (a >>> 24)]! ^
      t[2816 | (b & 255)]! ^
      t[2560 | ((b >>> 8) & 255)]! ^
      t[2304 | ((b >>> 16) & 255)]! ^
      t[2048 | (b >>> 24)]! ^
      t[1792 | (c & 255)]! ^
      t[1536 | ((c >>> 8) & 255)]! ^
      t[1280 | ((c >>> 16) & 255)]! ^
      t[1024 | (c >>> 24)]! ^
      t[768 | (d & 255)]! ^
      t[512 | ((d >>> 8) & 255)]! ^
      t[256 | ((d >>> 16) & 255)]! ^
      t[d >>> 24]!;
  }
  return crc;
}

/** The form in which S2 stores a CRC, so that a CRC over data that holds CRCs stays useful. */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
