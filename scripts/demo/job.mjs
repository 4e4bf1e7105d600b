// The main job, done by the extension inside VS Code: back up the account, verify, lose ORDERS, restore it, compare.
import { archiveLine, backupLine, fingerprintLine, restoreLine } from './figures.mjs';
import { fingerprintOf } from './fingerprint.mjs';

/**
 * @typedef {import('../../src/engine/results.js').BackupResult} BackupResult
 * @typedef {import('../../src/engine/results.js').VerifyResult} VerifyResult
 * @typedef {import('../../src/engine/results.js').RestoreResult} RestoreResult
 */

/**
 * @param {import('./link.mjs').Vscode} vscode
 * @param {import('nats').NatsConnection} nc
 * @param {string} context the name of the NATS context
 * @returns {Promise<boolean>} whether everything came back
 */
export async function doMainJob(vscode, nc, context) {
  const before = await fingerprintOf(nc, 'ORDERS');

  step(1, `Back up the account of the context "${context}" with its data (jetstream.backupAccount)`);
  const backup = /** @type {BackupResult} */ (await vscode.run('jetstream.backupAccount', { context, data: true }));
  backup.streams.forEach((stream) => print(backupLine(stream)));
  print(`${backup.streams.length} streams in ${backup.seconds.toFixed(2)} s, in ${backup.directory}`);
  const source = backup.directory;
  if (source === undefined || !backup.streams.every(({ outcome }) => outcome === 'backedUp')) return false;

  step(2, 'Verify the backup without the server (jetstream.verifyBackup)');
  const verified = /** @type {VerifyResult} */ (await vscode.run('jetstream.verifyBackup', { source }));
  verified.archives.forEach((archive) => print(archiveLine(archive)));
  print(verified.whole ? 'the backup is whole' : 'the backup is DAMAGED');
  if (!verified.whole) return false;

  step(3, 'Delete the stream ORDERS');
  const manager = await nc.jetstreamManager();
  await manager.streams.delete('ORDERS');
  print(`the server now has ${(await manager.streams.list().next()).map(({ config }) => config.name).join(', ')}`);

  step(4, 'Restore ORDERS from the backup (jetstream.restoreStream)');
  const options = { context, source, streams: ['ORDERS'] };
  const restore = /** @type {RestoreResult} */ (await vscode.run('jetstream.restoreStream', options));
  restore.streams.forEach((stream) => print(restoreLine(stream)));
  print(`in ${restore.seconds.toFixed(2)} s`);
  if (!restore.streams.every(({ outcome }) => outcome === 'restored')) return false;

  step(5, 'Compare ORDERS with what it was, every message read back');
  return compare(before, await fingerprintOf(nc, 'ORDERS'));
}

/**
 * @param {import('./fingerprint.mjs').Fingerprint} before
 * @param {import('./fingerprint.mjs').Fingerprint} after
 */
function compare(before, after) {
  for (const [when, stream] of /** @type {const} */ ([
    ['before', before],
    ['after', after],
  ])) {
    print(`${when}: ${fingerprintLine(stream)}`);
    stream.consumers.forEach((consumer) => print(`        ${consumer}`));
  }
  const same = JSON.stringify(before) === JSON.stringify(after);
  print(same ? 'identical: messages, headers, sequences, times, consumers and their positions' : 'DIFFERENT');
  return same;
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
