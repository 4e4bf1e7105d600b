import { ErrorCode as NatsCode, NatsError } from 'nats';
import { BackupError, isBackupError, messageOf } from '../errors';

/**
 * Why a request, a publish or a subscription failed. `what` names it and begins the text: `Listing streams of context
 * "prod"`. `lost` is the end of the connection, if it has ended: the client then reports requests as timed out.
 */
export function toNatsError(error: unknown, what: string, lost?: BackupError): BackupError {
  if (isBackupError(error)) return error;
  if (lost !== undefined) {
    // `what` names the context already.
    const reason = lost.message.replace(/^Context ".*?": /, '');
    return new BackupError(lost.code, `${what}: ${reason}`, { cause: error });
  }
  switch (error instanceof NatsError ? error.code : undefined) {
    case NatsCode.NoResponders:
      return new BackupError(
        'jetStreamNotEnabled',
        `${what}: nobody answers JetStream requests. Enable JetStream on the server and for this account, and check the domain or API prefix of the context.`,
        { cause: error },
      );
    case NatsCode.Timeout:
      return new BackupError(
        'timeout',
        `${what}: no answer in time. Check the server and the network, then try again.`,
        {
          cause: error,
        },
      );
    case NatsCode.PermissionsViolation:
      return permissionDenied(error, what);
    case NatsCode.ConnectionClosed:
    case NatsCode.ConnectionDraining:
    case NatsCode.Disconnect:
      return new BackupError('connectionLost', `${what}: the connection was lost. Connect again.`, { cause: error });
    case NatsCode.MaxPayloadExceeded:
      return new BackupError('limitExceeded', `${what}: the message is larger than the server takes.`, {
        cause: error,
      });
    case undefined:
      return new BackupError('internal', `${what}: ${messageOf(error)}`, { cause: error });
    default:
      return new BackupError('serverError', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

function permissionDenied(error: unknown, what: string): BackupError {
  const { operation, subject } = (error instanceof NatsError && error.permissionContext) || {};
  const cause = subject === undefined ? messageOf(error) : `no permission for ${operation} on "${subject}"`;
  const next =
    operation === 'subscription'
      ? 'Let the user subscribe there, or set "inbox_prefix" of the context to what it may use.'
      : 'Ask for this permission, or use a context that has it.';
  return new BackupError('permissionDenied', `${what}: ${cause}. ${next}`, { cause: error });
}
