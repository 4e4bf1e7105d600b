import { setImmediate } from 'node:timers/promises';

/** How long work goes on before other work of the thread has its turn, in ms. */
const turnMs = 8;

/** For long work on a thread that others need: gives them their turn every few milliseconds. */
export class Turns {
  private begin = performance.now();

  /** To be called between two pieces of work, each of which is short. */
  async next(): Promise<void> {
    if (performance.now() - this.begin < turnMs) return;
    await setImmediate();
    this.begin = performance.now();
  }
}
