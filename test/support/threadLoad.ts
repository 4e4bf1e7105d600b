import assert from 'node:assert/strict';

/** What a thread's own work cost, in milliseconds of its processor time: time during which it had to wait does not count. */
export interface ThreadLoad {
  /** The longest piece of work during which nothing else had its turn; up to 5 ms too much. */
  longestBlock: number;
  /** All work together. */
  total: number;
}

/** Milliseconds that VS Code's thread may be held up at once. */
const longestAllowed = 50;

/** Milliseconds between two looks. */
const interval = 5;

/**
 * Measures the calling thread while `body` runs. Processor time is what makes a bound hold on a machine that others keep
 * busy: a thread that waits for its turn spends none.
 */
export async function measureThread<T>(body: () => Promise<T>): Promise<ThreadLoad & { result: T }> {
  const begin = processorTime();
  let last = begin;
  let longestBlock = 0;
  const look = () => {
    const now = processorTime();
    longestBlock = Math.max(longestBlock, now - last);
    last = now;
  };
  const timer = setInterval(look, interval);
  try {
    const result = await body();
    look();
    return { result, longestBlock, total: processorTime() - begin };
  } finally {
    clearInterval(timer);
  }
}

/** What holds up the thread by itself does so each time; the rest of a busy machine does not. */
export async function neverLong<T>(what: string, work: () => Promise<T>): Promise<T> {
  const rounds: number[] = [];
  for (;;) {
    const { result, longestBlock: milliseconds } = await measureThread(work);
    if (milliseconds <= longestAllowed) return result;
    rounds.push(Math.round(milliseconds));
    assert.ok(rounds.length < 5, `${what} held up the thread each time, for ${rounds.join(', ')} ms`);
  }
}

/** Milliseconds that the processor worked for this thread. */
function processorTime(): number {
  // Node 24, on which the tests and VS Code run, has it; the types are those of the oldest VS Code's Node 20.
  const { threadCpuUsage } = process as typeof process & { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (threadCpuUsage === undefined) throw new Error(`Node ${process.version} cannot tell a thread's processor time`);
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}
