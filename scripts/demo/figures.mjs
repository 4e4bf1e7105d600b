// One line for each thing that a command's result or the server tells.

/**
 * @typedef {import('../../src/engine/results.js').StreamBackupResult} StreamBackupResult
 * @typedef {import('../../src/engine/results.js').VerifiedArchive} VerifiedArchive
 * @typedef {import('../../src/engine/results.js').StreamRestoreResult} StreamRestoreResult
 */

const figure = new Intl.NumberFormat('en');

/** @param {StreamBackupResult} stream */
export function backupLine({ name, outcome, error, ...stream }) {
  if (error !== undefined) return `${name}: ${outcome}: ${error.message}`;
  const size = `${count(stream.messages, 'message')}, ${count(stream.bytes, 'byte')}`;
  const archive = `${count(stream.archiveBytes, 'byte')} of archive ${stream.format}`;
  return `${name}: ${size} in ${archive}, ${stream.verified ? 'verified' : 'NOT verified'}`;
}

/** @param {VerifiedArchive} archive */
export function archiveLine({ stream, messages, firstSeq, lastSeq, consumers, problems }) {
  const holds = `${count(messages, 'message')}, sequences ${firstSeq} to ${lastSeq}, ${count(consumers, 'consumer')}`;
  return `${stream}: ${holds}: ${problems.map((problem) => problem.message).join('; ') || 'whole'}`;
}

/** @param {StreamRestoreResult} stream */
export function restoreLine({ name, outcome, expected, actual, differences, error }) {
  if (error !== undefined) return `${name}: ${outcome}: ${error.message}`;
  const messages = `${figure.format(actual?.messages ?? 0)} of ${count(expected.messages, 'message')}`;
  const different = differences.map(({ what, expected: was, actual: is }) => `${what} is ${is}, not ${was}`);
  return `${name}: ${outcome}, ${messages}, ${different.join('; ') || 'no difference'}`;
}

/** @param {import('./fingerprint.mjs').Fingerprint} stream */
export function fingerprintLine({ messages, bytes, firstSeq, lastSeq, sha256 }) {
  const size = `${count(messages, 'message')}, ${count(bytes, 'byte')}`;
  return `${size}, sequences ${firstSeq} to ${lastSeq}, SHA-256 ${sha256.slice(0, 16)}…`;
}

/**
 * @param {number} number
 * @param {string} noun
 */
function count(number, noun) {
  return `${figure.format(number)} ${noun}${number === 1 ? '' : 's'}`;
}
