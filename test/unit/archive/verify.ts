import { createArchiveVerifier } from '../../../src/engine/archive/open';
import type { ArchiveSummary } from '../../../src/engine/model';

/** Feeds a whole archive to a verifier, in slices of `slice` bytes. */
export async function verify(
  archive: Uint8Array,
  options: { stream?: string; slice?: number } = {},
): Promise<ArchiveSummary> {
  const { slice = Math.max(1, archive.length), stream } = options;
  const verifier = await createArchiveVerifier(stream === undefined ? {} : { stream });
  try {
    for (let at = 0; at < archive.length; at += slice) verifier.write(archive.subarray(at, at + slice));
    return verifier.end();
  } finally {
    verifier.dispose();
  }
}

/** The error's code, or undefined where the archive passes. */
export async function failureOf(archive: Uint8Array, stream?: string): Promise<string | undefined> {
  try {
    await verify(archive, stream === undefined ? {} : { stream });
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}
