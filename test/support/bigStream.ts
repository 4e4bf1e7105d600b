import { randomBytes } from 'node:crypto';
import { StorageType } from 'nats';
import { withClient } from './sampleStreams';

export interface BigStreamOptions {
  name: string;
  megabytes: number;
  /** Bytes of one message's body; 32 KiB unless told. */
  messageSize?: number;
  replicas?: number;
  credentials?: { user: string; pass: string };
  /** Every other body compresses well. */
  mixed?: boolean;
}

/** Fills a stream with bodies that do not compress, so that an archive is as large as its stream, unless it is `mixed`. */
export async function makeBigStream(url: string, options: BigStreamOptions): Promise<void> {
  const { name, megabytes, messageSize = 32 * 1024, replicas = 1, credentials, mixed = false } = options;
  const body = async (...[nc, jsm]: Parameters<Parameters<typeof withClient>[1]>) => {
    await jsm.streams.add({
      name,
      subjects: [`${name.toLowerCase()}.>`],
      storage: StorageType.File,
      num_replicas: replicas,
    });
    const js = nc.jetstream();
    const count = Math.ceil((megabytes * 1024 * 1024) / messageSize);
    for (let id = 0; id < count;) {
      const batch: Promise<unknown>[] = [];
      for (; batch.length < 64 && id < count; id += 1) {
        const data = mixed && id % 2 === 1 ? Buffer.alloc(messageSize, `order ${id}, `) : randomBytes(messageSize);
        batch.push(js.publish(`${name.toLowerCase()}.${id % 100}`, data));
      }
      await Promise.all(batch);
    }
  };
  await withClient(url, body, credentials);
}
