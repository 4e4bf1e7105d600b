/**
 * Calls `body` for every item, at most `limit` at a time, and returns the answers in the order of the items. After a
 * failure no further item is begun; it is thrown when those under way have ended.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  body: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const work = async () => {
    try {
      for (let index = next++; index < items.length; index = next++) {
        answers[index] = await body(items[index] as T, index);
      }
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return answers;
}
