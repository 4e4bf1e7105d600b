import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `body` no longer throws, looking again every 50 ms, and returns what it returns. After `patienceMs` its
 * last error is thrown.
 */
export async function eventually<T>(body: () => Promise<T> | T, patienceMs = 15_000): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await body();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}
