/**
 * Prints what a script is doing; `topic` is the thing it is done to.
 * @param {string} topic
 * @param {string} text
 */
export function say(topic, text) {
  console.log(`${topic}: ${text}`);
}

/**
 * The text of anything thrown.
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Says what is done and, at its end, how long it took.
 * @template T
 * @param {string} topic
 * @param {string} text
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function timed(topic, text, work) {
  say(topic, text);
  const start = performance.now();
  const result = await work();
  say(topic, `done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
