import { createHash } from 'node:crypto';
import { WasmHighwayHash } from 'highwayhasher';

/** HighwayHash-64 of the whole of `bytes`: the eight bytes as NATS stores them (little-endian). */
export type Hash64 = (key: Uint8Array, bytes: Uint8Array) => Uint8Array;

/** A hash over bytes that come in slices. It holds a place in the WASM memory until `digest` gives it back. */
export interface RunningHash {
  append(bytes: Uint8Array): void;
  /** To be called once, also where the result is of no use. */
  digest(): Uint8Array;
}

export interface HighwayHash {
  hash64: Hash64;
  start(key: Uint8Array): RunningHash;
}

/**
 * Loads the WASM build, inlined in its package, in plain Node and in a bundle alike; the package's native build, which
 * Node would pick by itself, exists only for some platforms.
 */
export async function loadHighwayHash(): Promise<HighwayHash> {
  const module = await WasmHighwayHash.loadModule();
  return {
    hash64: (key, bytes) => module.hash64(key, bytes),
    start(key) {
      const hash = module.create(key);
      return { append: (bytes) => hash.append(bytes), digest: () => hash.finalize64() };
    },
  };
}

function keyOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

/** The keys that a file store hashes with: all of them come from the stream's name. */
export const hashKeys = {
  /** For the stream's `meta.inf` and for `index.db`. */
  stream: (stream: string): Uint8Array => keyOf(stream),
  block: (stream: string, index: number): Uint8Array => keyOf(`${stream}-${index}`),
  consumer: (stream: string, consumer: string): Uint8Array => keyOf(`${stream}/${consumer}`),
};
