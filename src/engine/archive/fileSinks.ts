import type { FileSink } from './tarReader';
import { withinLimit } from './limits';

/** Collects a small file and gives all of it to `whenDone`. @throws BackupError `limitExceeded` before anything is kept */
export function collectFile(size: number, max: number, whenDone: (bytes: Uint8Array) => void): FileSink {
  const content = new Uint8Array(withinLimit(size, max, 'its size in bytes'));
  let position = 0;
  return {
    write(bytes) {
      content.set(bytes, position);
      position += bytes.length;
    },
    end: () => whenDone(content),
  };
}

/** For a file whose content does not matter. */
export const ignoredFile: FileSink = { write: () => undefined, end: () => undefined };
