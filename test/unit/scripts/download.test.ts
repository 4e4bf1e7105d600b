import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateRawSync } from 'node:zlib';
import type * as Download from '../../../scripts/tools/download.mjs';
import type * as Unzip from '../../../scripts/tools/unzip.mjs';
import { scriptModule } from '../../support/scriptModule';

const program = Buffer.from('#!/bin/sh\necho nats-server: v1.2.3\n'.repeat(20));

describe('a release download', () => {
  let server: Server;
  let base: string;
  let files: Record<string, Buffer>;

  before(async () => {
    server = createServer((request, response) => {
      const body = files[request.url ?? ''];
      response.statusCode = body === undefined ? 404 : 200;
      response.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());
  beforeEach(() => {
    const zip = zipOf({ 'program-v1/README.md': Buffer.from('read me'), 'program-v1/program': program });
    const sum = createHash('sha256').update(zip).digest('hex');
    files = { '/program.zip': zip, '/SHA256SUMS': Buffer.from(`${'0'.repeat(64)}  other.zip\n${sum}  program.zip\n`) };
  });

  async function get(): Promise<Buffer> {
    const { downloadChecked } = await scriptModule<typeof Download>('tools/download.mjs');
    const { fileInZip } = await scriptModule<typeof Unzip>('tools/unzip.mjs');
    const zip = await downloadChecked(`${base}/program.zip`, `${base}/SHA256SUMS`);
    return fileInZip(zip, (name) => name.endsWith('/program'));
  }

  it('gives the program that its checksum proves', async () => {
    assert.deepEqual(await get(), program);
  });

  it('is refused when one bit differs from its checksum', async () => {
    files['/program.zip']![40]! ^= 1;
    await assert.rejects(get(), /SHA-256/);
  });

  it('is refused when the list of checksums does not name it', async () => {
    files['/SHA256SUMS'] = Buffer.from(`${'0'.repeat(64)}  other.zip\n`);
    await assert.rejects(get(), /does not name program\.zip/);
  });

  it('says which address cannot be had and why', async () => {
    delete files['/program.zip'];
    await assert.rejects(get(), /program\.zip cannot be had: status 404/);
  });
});

describe('a zip archive', () => {
  it('is refused when the content differs from its own checksum', async () => {
    const { fileInZip } = await scriptModule<typeof Unzip>('tools/unzip.mjs');
    const zip = zipOf({ program });
    zip.writeUInt32LE(crc32('something else'), zip.lastIndexOf('PK\x01\x02') + 16);
    assert.throws(() => fileInZip(zip, () => true), /program .* damaged/);
  });

  it('names every file in it', async () => {
    const { namesInZip } = await scriptModule<typeof Unzip>('tools/unzip.mjs');
    assert.deepEqual(namesInZip(zipOf({ 'a/': Buffer.alloc(0), 'a/b': program, c: program })), ['a/b', 'c']);
  });
});

/** Deflated entries, a central directory and its end, as PKWARE's APPNOTE 4.3 lays them out. */
function zipOf(files: Record<string, Buffer>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(Buffer.concat(local).length, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name));
    local.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed);
  }
  const [entries, directory] = [Buffer.concat(local), Buffer.concat(central)];
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(entries.length, 16);
  return Buffer.concat([entries, directory, end]);
}
