import { basename, isAbsolute } from 'node:path';
import { BackupError, type VerifyResult } from '../../engine';
import type { CommandTarget } from '../ids';
import type { BackupSets } from '../services/backupSets';
import { faults, type BackupVerifier } from '../services/backupVerifier';
import { countOf } from '../ui/format';
import type { Notifier } from '../ui/notify';
import { readToken } from './backupOptions';
import { chooseBackup } from './chooseBackup';
import type { Command } from './command';
import { invalidOption, rawOptions, refuseOthers, requiredText } from './readOptions';

/** Proves a backup whole without a server. */
export function verifyBackup(verifier: BackupVerifier, sets: BackupSets, notifier: Notifier): Command<'verifyBackup'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['source']);
      const source = requiredText(rawOptions(options), 'source');
      if (!isAbsolute(source)) throw invalidOption('source', 'must be an absolute path');
      return await verifier.verify(source, readToken(options));
    },
    prompt: async (_, targets) => {
      const chosen =
        targets.length > 0 ? targets.map(sourceOf) : [await chooseBackup(sets, 'Verify which backup?', 'data')];
      let first: VerifyResult | undefined;
      for (const source of chosen) {
        if (source === undefined) continue;
        const result = await verifier.verify(source);
        tell(result, notifier);
        first ??= result;
      }
      return first;
    },
  };
}

/** A stream's row stands for that stream alone. */
function sourceOf({ source, stream, path }: CommandTarget): string | undefined {
  return stream === undefined ? source : path;
}

function tell(result: VerifyResult, notifier: Notifier): void {
  const found = faults(result.archives.flatMap(({ problems }) => problems).concat(result.problems));
  const name = basename(result.source);
  if (result.whole) {
    notifier.info(`${name} is ${describeWhole(result)}`, notifier.showLog());
  } else if (found[0] !== undefined) {
    const [{ code, file, message }] = [found[0]];
    const more = found.length > 1 ? ` And ${countOf(found.length - 1, 'more problem')}.` : '';
    notifier.error('verifyBackup', new BackupError(code, `${name} is not whole. ${file}: ${message}${more}`));
  }
}

/** `whole: 3 streams, 560 messages`, and which streams it never held. */
export function describeWhole({ archives, notBackedUp }: VerifyResult): string {
  const messages = archives.reduce((sum, archive) => sum + archive.messages, 0);
  const figures =
    archives.length === 0
      ? 'its configuration files'
      : `${countOf(archives.length, 'stream')}, ${countOf(messages, 'message')}`;
  const asked = archives.length + notBackedUp.length;
  const lost =
    notBackedUp.length === 0
      ? ''
      : ` It is incomplete, ${archives.length} of ${countOf(asked, 'stream')}: the backup did not get ${notBackedUp.join(', ')}.`;
  return `whole: ${figures}.${lost}`;
}
