// The main job, done by the extension inside VS Code: back up the account, verify, lose ORDERS, restore it, compare.
import { fingerprintOf } from './fingerprint.mjs';

/**
 * @param {import('./link.mjs').Vscode} vscode
 * @param {import('nats').NatsConnection} nc
 * @param {string} context the name of the NATS context
 * @returns {Promise<boolean>} whether everything came back
 */
export async function doMainJob(vscode, nc, context) {
  const before = await fingerprintOf(nc, 'ORDERS');

  step(1, `Back up the account of the context "${context}" with its data (jetstream.backupAccount)`);
  const backup = await vscode.run('jetstream.backupAccount', { context, data: true });
  for (const stream of backup.streams) print(backupLine(stream));
  print(`${backup.streams.length} streams in ${backup.seconds.toFixed(2)} s, in ${backup.directory}`);
  if (!backup.streams.every((/** @type {{ outcome: string }} */ each) => each.outcome === 'backedUp')) return false;

  step(2, 'Verify the backup without the server (jetstream.verifyBackup)');
  const verified = await vscode.run('jetstream.verifyBackup', { source: backup.directory });
  for (const archive of verified.archives) print(archiveLine(archive));
  print(verified.whole ? 'the backup is whole' : 'the backup is DAMAGED');
  if (!verified.whole) return false;

  step(3, 'Delete the stream ORDERS');
  const manager = await nc.jetstreamManager();
  await manager.streams.delete('ORDERS');
  print(`the server now has ${(await manager.streams.list().next()).map(({ config }) => config.name).join(', ')}`);

  step(4, 'Restore ORDERS from the backup (jetstream.restoreStream)');
  const options = { context, source: backup.directory, streams: ['ORDERS'] };
  const restore = await vscode.run('jetstream.restoreStream', options);
  for (const stream of restore.streams) print(restoreLine(stream));
  print(`in ${restore.seconds.toFixed(2)} s`);
  if (!restore.streams.every((/** @type {{ outcome: string }} */ each) => each.outcome === 'restored')) return false;

  step(5, 'Compare ORDERS with what it was, every message read back');
  return compare(before, await fingerprintOf(nc, 'ORDERS'));
}

/**
 * @param {import('./fingerprint.mjs').Fingerprint} before
 * @param {import('./fingerprint.mjs').Fingerprint} after
 */
function compare(before, after) {
  print(`before: ${summary(before)}`);
  print(`after:  ${summary(after)}`);
  const same = JSON.stringify(before) === JSON.stringify(after);
  print(same ? 'identical: messages, headers, sequences, times, consumers and their positions' : 'DIFFERENT');
  return same;
}

/** @param {import('./fingerprint.mjs').Fingerprint} stream */
function summary(stream) {
  const range = `sequences ${stream.firstSeq} to ${stream.lastSeq}`;
  const consumers = stream.consumers.join('; ') || 'no consumers';
  return `${stream.messages} messages, ${stream.bytes} bytes, ${range}, SHA-256 ${stream.sha256.slice(0, 12)}…; ${consumers}`;
}

/** @param {Record<string, any>} stream of a BackupResult, see src/extension/api.ts */
function backupLine(stream) {
  if (stream['error']) return `${stream['name']}: ${stream['outcome']}: ${stream['error'].message}`;
  const archive = `${stream['archiveBytes']} bytes of archive ${stream['format']}`;
  const checked = stream['verified'] ? 'verified' : 'NOT verified';
  return `${stream['name']}: ${stream['messages']} messages, ${stream['bytes']} bytes, ${archive}, ${checked}`;
}

/** @param {Record<string, any>} archive of a VerifyResult */
function archiveLine(archive) {
  const range = `sequences ${archive['firstSeq']} to ${archive['lastSeq']}`;
  const problems = archive['problems'].length === 0 ? 'whole' : archive['problems'].map(String).join('; ');
  return `${archive['stream']}: ${archive['messages']} messages, ${range}: ${problems}`;
}

/** @param {Record<string, any>} stream of a RestoreResult */
function restoreLine(stream) {
  if (stream['error']) return `${stream['name']}: ${stream['outcome']}: ${stream['error'].message}`;
  const figures = `${stream['actual'].messages} of ${stream['expected'].messages} messages`;
  return `${stream['name']}: ${stream['outcome']}, ${figures}, ${stream['differences'].length} differences`;
}

/**
 * @param {number} number
 * @param {string} text
 */
function step(number, text) {
  console.log(`\n${number}. ${text}`);
}

/** @param {string} text */
function print(text) {
  console.log(`   ${text}`);
}
