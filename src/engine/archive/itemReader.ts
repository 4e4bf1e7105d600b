import { withinLimit } from './limits';

/**
 * Looks at `bytes[start..end)`, which begin with an item, and says how far it goes: the number of its bytes, which may
 * pass `end` (the rest is then skipped unread), or, where too little is there to say, minus the number of bytes that
 * are wanted. It may change the bytes of the item.
 */
export type ReadItem = (bytes: Uint8Array, start: number, end: number) => number;

/** Cuts slices of any size into items. Only an item that crosses slices is copied, never more than `maxItem` bytes. */
export class ItemReader {
  private held = new Uint8Array(64);
  private heldBytes = 0;
  private wanted = 0;
  private skip = 0;

  constructor(
    private readonly read: ReadItem,
    private readonly maxItem: number,
  ) {}

  /** Whether an item has begun that has not ended. */
  get inItem(): boolean {
    return this.heldBytes > 0 || this.skip > 0;
  }

  write(bytes: Uint8Array): void {
    let position = 0;
    const end = bytes.length;
    while (position < end) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, end - position);
        this.skip -= skipped;
        position += skipped;
      } else if (this.heldBytes > 0) {
        position = this.continueHeld(bytes, position);
      } else {
        const used = this.read(bytes, position, end);
        if (used > 0) {
          this.skip = Math.max(0, used - (end - position));
          position += used;
        } else {
          this.want(-used);
          this.hold(bytes, position, end);
          position = end;
        }
      }
    }
  }

  /** Adds what the held item wants, and tries again once it is there. */
  private continueHeld(bytes: Uint8Array, start: number): number {
    const position = Math.min(bytes.length, start + this.wanted - this.heldBytes);
    this.hold(bytes, start, position);
    if (this.heldBytes < this.wanted) return position;
    const used = this.read(this.held, 0, this.heldBytes);
    if (used <= 0) {
      this.want(-used);
      return position;
    }
    // An item may turn out to be shorter than what was wanted for it: give the rest back.
    const unused = Math.max(0, this.heldBytes - used);
    this.skip = Math.max(0, used - this.heldBytes);
    this.heldBytes = 0;
    return position - unused;
  }

  private want(count: number): void {
    this.wanted = withinLimit(count, this.maxItem, 'the size of a record');
    if (this.wanted <= this.held.length) return;
    const larger = new Uint8Array(Math.min(this.maxItem, Math.max(this.wanted, 2 * this.held.length)));
    larger.set(this.held.subarray(0, this.heldBytes));
    this.held = larger;
  }

  private hold(bytes: Uint8Array, start: number, end: number): void {
    this.held.set(bytes.subarray(start, end), this.heldBytes);
    this.heldBytes += end - start;
  }
}
