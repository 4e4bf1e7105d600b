import { stat } from 'node:fs/promises';

/** What is known of a backup, or of one stream's data in it. */
export interface Condition {
  state: 'verified' | 'notVerified' | 'damaged';
  /** How it is known, or what is wrong: a sentence. */
  reason: string;
  /** Of a whole backup: what is wrong with it beyond its streams' own files. */
  outside?: string;
}

interface Remembered {
  condition: Condition;
  /** The files that it was found of, each with what the file system said of it then. */
  stamps: ReadonlyMap<string, string>;
}

/**
 * What was found by verifying since this window opened. It holds for the files that were read: as soon as one of them is
 * another file, or was written to, nothing is known any more.
 */
export class Verifications {
  private readonly remembered = new Map<string, Remembered>();

  /**
   * @param what the path of an archive, or of a backup's folder for the whole of it
   * @param files absolute paths; a file that is not there may be among them
   */
  async remember(what: string, condition: Condition, files: readonly string[]): Promise<void> {
    this.remembered.set(what, { condition, stamps: await stampsOf(files) });
  }

  async find(what: string): Promise<Condition | undefined> {
    const found = this.remembered.get(what);
    if (found === undefined) return undefined;
    const now = await stampsOf([...found.stamps.keys()]);
    if ([...found.stamps].every(([file, stamp]) => now.get(file) === stamp)) return found.condition;
    // Meanwhile another verification may have ended.
    if (this.remembered.get(what) === found) this.remembered.delete(what);
    return undefined;
  }

  /** What was found wrong with a backup beyond its streams' own files. */
  async outsideOf(backup: string): Promise<string | undefined> {
    return (await this.find(backup))?.outside;
  }
}

async function stampsOf(files: readonly string[]): Promise<Map<string, string>> {
  return new Map(await Promise.all(files.map(async (file) => [file, await stampOf(file)] as const)));
}

async function stampOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs].join(' ');
  } catch {
    return 'absent';
  }
}
