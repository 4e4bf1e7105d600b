import assert from 'node:assert/strict';
import { TarReader } from '../../../src/engine/archive/tarReader';
import { Header } from 'tar/header';
import { tar, tarEnd, tarEntry, type TestFile } from './makeArchive';

/** What a tar holds: path and content of each file. */
function read(bytes: Uint8Array, slice = bytes.length): [string, string][] {
  const files: [string, string][] = [];
  const reader = new TarReader((path, size) => {
    const parts: Buffer[] = [];
    return {
      write: (part) => void parts.push(Buffer.from(part)),
      end: () => {
        const content = Buffer.concat(parts);
        assert.equal(content.length, size);
        files.push([path, content.toString()]);
      },
    };
  });
  for (let at = 0; at < bytes.length; at += slice) reader.write(bytes.subarray(at, at + slice));
  reader.end();
  return files;
}

const files: TestFile[] = [
  { path: 'meta.inf', content: '{}' },
  { path: 'empty', content: '' },
  { path: 'obs/bücher-日本/o.dat', content: 'x'.repeat(512) },
  { path: `obs/${'n'.repeat(255)}/meta.inf`, content: 'y'.repeat(1300) },
];
const whole = tar(files);
const expected = files.map(({ path, content }) => [path, content]);

function headerOf(type: 'Directory' | 'SymbolicLink' | 'GlobalExtendedHeader' | 'NextFileHasLongPath'): Buffer {
  const header = new Header({
    path: 'x',
    mode: 0o600,
    size: 0,
    type,
    ...(type === 'SymbolicLink' ? { linkpath: '/' } : {}),
  });
  header.encode();
  return header.block!;
}

function changed(offset: number, value: number | string): Buffer {
  const copy = Buffer.from(whole);
  if (typeof value === 'string') copy.write(value, offset, 'latin1');
  else copy[offset] = value;
  return copy;
}

const damaged = { code: 'archiveDamaged' };
const truncated = { code: 'archiveTruncated' };

describe('tarReader', () => {
  it('reads files in slices of any size', () => {
    for (const slice of [1, 7, 511, 512, 513, 1024, 5000, whole.length]) assert.deepEqual(read(whole, slice), expected);
  });

  it('reads a file without an extended header', () => {
    const plain = tarEntry({ path: 'meta.inf', content: 'abc' }).subarray(1024);
    assert.deepEqual(read(Buffer.concat([plain, tarEnd])), [['meta.inf', 'abc']]);
  });

  it('refuses a tar that is cut anywhere', () => {
    const two = tar(files.slice(0, 2));
    for (let size = 0; size < two.length; size++) {
      assert.throws(() => read(two.subarray(0, size)), truncated, `${size} bytes`);
    }
  });

  it('refuses a single byte after the end, in the same slice or a later one', () => {
    for (const slice of [512, whole.length, whole.length + 512]) {
      assert.throws(() => read(Buffer.concat([whole, Buffer.alloc(1)]), slice), damaged);
      assert.throws(() => read(Buffer.concat([whole, tarEnd]), slice), damaged);
      assert.throws(() => read(Buffer.concat([whole, whole]), slice), damaged);
    }
  });

  it('refuses files after a block of zeros', () => {
    const file = tarEntry(files[0]!);
    assert.throws(() => read(Buffer.concat([file, Buffer.alloc(512), file, tarEnd])), damaged);
  });

  it('refuses an end between the two headers of a file', () => {
    assert.throws(() => read(Buffer.concat([whole.subarray(0, 1024), tarEnd])), damaged);
  });

  it('finds every changed bit of a header, but for the way its checksum is written', () => {
    const one = Buffer.concat([tarEntry({ path: 'meta.inf', content: 'abc' }).subarray(1024), tarEnd]);
    const missed = new Set<number>();
    for (let at = 0; at < 512; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const copy = Buffer.from(one);
        copy[at]! ^= 1 << bit;
        try {
          assert.deepEqual(read(copy), [['meta.inf', 'abc']]);
          missed.add(at);
        } catch (error) {
          assert.equal((error as { name: string }).name, 'BackupError', `byte ${at}, bit ${bit}: ${String(error)}`);
        }
      }
    }
    // Leading zeros and what follows the digits of the checksum itself, bytes 148 to 155.
    for (const at of missed) assert.ok(at >= 148 && at < 156, `byte ${at}`);
  });

  it('refuses other types of entry', () => {
    for (const type of ['Directory', 'SymbolicLink', 'GlobalExtendedHeader', 'NextFileHasLongPath'] as const) {
      assert.throws(() => read(Buffer.concat([headerOf(type), tarEnd])), damaged, type);
    }
  });

  it('refuses extended headers that lie about their lengths', () => {
    const start = 512;
    assert.equal(whole.toString('latin1', start, start + 16), '17 path=meta.inf');
    for (const length of ['16', '18', '99', '00', '+7', '1e']) {
      assert.throws(() => read(changed(start, length)), damaged, length);
    }
    assert.throws(() => read(Buffer.concat([whole.subarray(0, 1024), whole])), damaged, 'two in a row');
  });

  it('keeps no extended header beyond its limit', () => {
    const header = new Header({ path: 'PaxHeader/x', mode: 0o600, size: 64 * 1024 + 1, type: 'ExtendedHeader' });
    header.encode();
    assert.throws(() => read(header.block!), { code: 'limitExceeded' });
  });

  it('does not unpack what looks like gzip', () => {
    const gzip = Buffer.alloc(2048);
    gzip.set([0x1f, 0x8b, 8, 0]);
    assert.throws(() => read(gzip), damaged);
  });
});
