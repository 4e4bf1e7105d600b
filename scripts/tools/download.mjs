import { createHash } from 'node:crypto';

/** A host that cannot be reached must not hold anybody up: other ways of getting the thing come after this one. */
const answerWithin = 6_000;
const bodyWithin = 300_000;

/**
 * Downloads into memory. Throws when the host does not answer within six seconds, or the body not within five minutes.
 * @param {string} url
 * @returns {Promise<Buffer>}
 */
export async function download(url) {
  const abort = new AbortController();
  const giveUp = (/** @type {string} */ why) => () => abort.abort(new Error(why));
  let timer = setTimeout(giveUp(`no answer within ${answerWithin / 1000} s`), answerWithin);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(timer);
    timer = setTimeout(giveUp(`not complete within ${bodyWithin / 1000} s`), bodyWithin);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`${url} cannot be had: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads a file that a list of SHA-256 sums (lines of `<hex>  <name>`) names, and checks it.
 * @param {string} url
 * @param {string} sumsUrl
 */
export async function downloadChecked(url, sumsUrl) {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const sums = (await download(sumsUrl)).toString();
  const line = sums.split('\n').find((each) => each.trim().endsWith(name));
  const wanted = line?.trim().split(/\s+/)[0]?.toLowerCase();
  if (wanted === undefined) throw new Error(`${sumsUrl} does not name ${name}`);
  const bytes = await download(url);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== wanted) throw new Error(`${url} has the SHA-256 ${found}, not ${wanted} as ${sumsUrl} says`);
  return bytes;
}

/**
 * Whether a host answers at all, quickly.
 * @param {string} url
 */
export async function answers(url) {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerWithin) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
