/** Bytes held ready; a read that takes long is bridged from them. */
const aheadBytes = 8 * 1024 * 1024;
/** After so long without a piece one is cut from what is held back; the server gives up after 5 s. */
const bridgeAfterMs = 1500;
/** Held back while the file has not ended, and given out in small pieces when the disk is slow. */
const reserveBytes = 256 * 1024;
const bridgePieceBytes = 1024;

/**
 * Reads ahead of an upload. The server drops a restore after 5 s without a chunk, so while the end of the file has not
 * been seen the last bytes are kept back: when the disk stalls they are given out a KiB at a time, which bridges over
 * six minutes.
 */
export class ReadAhead {
  private readonly pieces: Uint8Array[] = [];
  private held = 0;
  private ended = false;
  private failure: { error: unknown } | undefined;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly chunks: AsyncGenerator<Uint8Array, void>,
    private readonly pieceSize: number,
  ) {}

  /** Resolves when the read-ahead is full or the file has ended. */
  async fill(): Promise<void> {
    while (!this.ended && this.held < aheadBytes) await this.read();
  }

  /** The next piece, of at most `pieceSize` bytes; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure.error;
      if (!this.ended && this.held < aheadBytes) void this.read();
      if (this.ended || this.held > reserveBytes) return this.take(this.pieceSize);
      const arrived = await this.arrives();
      if (!arrived && this.held > 0) return this.take(bridgePieceBytes);
    }
  }

  private take(size: number): Uint8Array | undefined {
    const first = this.pieces[0];
    if (first === undefined) {
      if (this.failure !== undefined) throw this.failure.error;
      return undefined;
    }
    const piece = first.subarray(0, size);
    if (piece.length === first.length) this.pieces.shift();
    else this.pieces[0] = first.subarray(piece.length);
    this.held -= piece.length;
    return piece;
  }

  /** Whether the read under way ends in time. */
  private async arrives(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), bridgeAfterMs);
    });
    const arrived = await Promise.race([this.read().then(() => true), late]);
    clearTimeout(timer);
    return arrived;
  }

  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    try {
      const { done, value } = await this.chunks.next();
      if (done === true) {
        this.ended = true;
        return;
      }
      this.pieces.push(value);
      this.held += value.length;
    } catch (error) {
      this.failure = { error };
      this.ended = true;
    }
  }
}
