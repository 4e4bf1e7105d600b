import { join } from 'node:path';
import type { JsonObject } from '../model';
import { jsonTexts } from '../util/jsonInSlices';
import { checkManifest } from './checkManifest';
import { manifestName } from './layout';
import { manifestKind, manifestVersion, type Manifest, type ManifestStream } from './manifest';
import { writePrivateFile } from './privateFile';
import { readJsonObject } from './readJson';

/** About a million files. */
const maxBytes = 256 * 1024 * 1024;

/** Writes the manifest into a set's folder; `flush` is the caller's. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const content = { kind: manifestKind, version: manifestVersion, ...manifest, streams: manifest.streams.map(plain) };
  await writePrivateFile(join(folder, manifestName), jsonTexts(content, 2));
}

/**
 * Reads and checks a set's manifest: no path in it leaves the set's folder.
 *
 * @throws BackupError `fileAccess`; `limitExceeded`; `notABackup` if it is some other program's; `notSupported` if a
 *   newer version of this extension wrote it; `archiveDamaged`
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  return await checkManifest(await readJsonObject(path, maxBytes), path);
}

function plain(stream: ManifestStream): JsonObject {
  const { missingConsumers, error, ...rest } = stream;
  return {
    ...rest,
    ...(error === undefined ? {} : { error: { ...error } }),
    missingConsumers: missingConsumers.map(({ name, config, position }) => {
      const { delivered, ackFloor, ...counts } = position;
      return { name, config, position: { delivered: decimals(delivered), ackFloor: decimals(ackFloor), ...counts } };
    }),
  };
}

function decimals({ consumer, stream }: { consumer: bigint; stream: bigint }): JsonObject {
  return { consumer: String(consumer), stream: String(stream) };
}
