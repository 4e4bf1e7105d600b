import { createHash } from 'node:crypto';
import { readConfigurationFile } from '../backupSet/readConfigurationFile';
import { withoutServerMetadata } from '../config/canonicalJson';
import { differencesOf } from '../config/differences';
import { BackupError } from '../errors';
import type { ConnectionSettings, JsonObject } from '../model';
import type { JetStreamApi } from '../nats/jetstreamApi';
import type { ApplyRequest, PlannedConfiguration } from './configurationPlan';
import { messagesAtStake } from './messagesAtStake';

/** What tells one server and account from another, as the settings name them. A hash, since credentials are among it. */
export function serverMark({ servers, apiPrefix, credentials }: ConnectionSettings): string {
  const { user, password, token, jwt, seed } = credentials;
  const text = JSON.stringify([servers, apiPrefix, user, password, token, jwt, seed]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * What was shown is of the server and the account that the context named then.
 *
 * @throws BackupError `changedMeanwhile` if the context names another one now
 */
export function assertSameServer(plan: { serverMark: string }, settings: ConnectionSettings): void {
  if (plan.serverMark === serverMark(settings)) return;
  const text = `Context ${settings.context} names another server or account than when the plan was made. Make the plan again.`;
  throw new BackupError('changedMeanwhile', text);
}

/**
 * A plan may be minutes old. Asked right before an item is sent: what somebody changed meanwhile, on the server or in the
 * file, is neither changed back nor sent unseen, and messages that came meanwhile are not deleted unconfirmed.
 *
 * @throws BackupError `changedMeanwhile`, `confirmationRequired`
 */
export async function assertStillAsPlanned(
  api: JetStreamApi,
  item: PlannedConfiguration,
  { confirmed }: Pick<ApplyRequest, 'confirmed'>,
): Promise<void> {
  const { kind, stream, consumer, action, deletes } = item.change;
  const isConfirmed = confirmed.includes(stream);
  if (deletes !== undefined && !isConfirmed) throw unconfirmed(item, deletes.reason);
  await assertSameFile(item);
  if (consumer !== undefined) {
    assertSame(item, (await api.findConsumer(stream, consumer))?.config);
    return;
  }
  const now = await api.findStream(stream);
  assertSame(item, now?.config);
  if (now === undefined || kind !== 'stream' || action !== 'update' || isConfirmed) return;
  const removed = await messagesAtStake(api, now, item.wanted);
  if (removed !== undefined) throw unconfirmed(item, removed.reason);
}

/** How a message names a stream or consumer of a plan. */
export function nameOf({ change }: PlannedConfiguration): string {
  return change.consumer === undefined
    ? `Stream ${change.stream}`
    : `Consumer ${change.consumer} of stream ${change.stream}`;
}

function assertSame(item: PlannedConfiguration, now: JsonObject | undefined): void {
  const { live } = item;
  const same =
    now === undefined || live === undefined
      ? now === live
      : differencesOf(withoutServerMetadata(now), withoutServerMetadata(live)).length === 0;
  if (same) return;
  const text = `${nameOf(item)} was changed on the server since the plan was made. Make the plan again.`;
  throw new BackupError('changedMeanwhile', text);
}

/** A file that stands for itself is open to be edited beside the plan. */
async function assertSameFile(item: PlannedConfiguration): Promise<void> {
  const { form, file, sha256 } = item.source;
  if (form !== 'plain' || sha256 === undefined) return;
  const read = await readConfigurationFile(file);
  if ('parsed' in read && read.sha256 === sha256) return;
  const text = `${nameOf(item)}: ${file} was changed since the plan was made. Make the plan again.`;
  throw new BackupError('changedMeanwhile', text);
}

function unconfirmed(item: PlannedConfiguration, reason: string): BackupError {
  const text = `${nameOf(item)} is not changed: it would delete messages (${reason}). Confirm it by the stream's name.`;
  return new BackupError('confirmationRequired', text, { option: 'confirm' });
}
