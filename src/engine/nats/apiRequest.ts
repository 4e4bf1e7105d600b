import { BackupError } from '../errors';
import type { JsonObject } from '../model';
import { parseJson, stringifyJson } from '../util/losslessJson';
import { toNatsError } from './requestErrors';
import type { ServerConnection } from './serverConnection';
import { numberOf, objectOf, textOf } from './replies';

/** The server's err_code that callers tell apart. */
export const serverCodes = {
  streamNameInUse: 10130,
  notEnabledForAccount: 10039,
  notEnabled: 10076,
  streamExists: 10058,
  streamNotFound: 10059,
  consumerNotFound: 10014,
} as const;

/**
 * Sends one request to the JetStream API and reads its reply without losing an integer.
 *
 * @param subject below the API prefix, such as `STREAM.INFO.ORDERS`
 * @param what the request in words, for the error: `Reading stream ORDERS`
 * @throws BackupError `timeout`, `connectionLost`, `permissionDenied`, `jetStreamNotEnabled`, `streamNotFound`,
 * `streamExists`, else `serverError`
 */
export async function apiRequest(
  connection: ServerConnection,
  subject: string,
  what: string,
  body?: JsonObject,
  timeoutMs = 5000,
): Promise<JsonObject> {
  const payload = body === undefined ? '' : stringifyJson(body);
  const full = `${connection.settings.apiPrefix}.${subject}`;
  let data: Uint8Array;
  try {
    data = (await connection.nc.request(full, payload, { timeout: timeoutMs })).data;
  } catch (error) {
    throw toNatsError(error, what, connection.lost);
  }
  return readReply(data, what);
}

/**
 * A reply's JSON.
 *
 * @throws BackupError for a reply with an `error`, and for one that is not JSON
 */
export function readReply(data: Uint8Array, what: string): JsonObject {
  const reply = parseReply(data, what);
  if (reply['error'] === undefined) return reply;
  throw toServerError(objectOf(reply['error']), what);
}

function parseReply(data: Uint8Array, what: string): JsonObject {
  try {
    return objectOf(parseJson(new TextDecoder().decode(data)));
  } catch (cause) {
    throw new BackupError('serverError', `${what}: the server's reply is not JSON.`, { cause });
  }
}

function toServerError(error: JsonObject, what: string): BackupError {
  const serverCode = numberOf(error['err_code']);
  const text = textOf(error['description']) || `error ${numberOf(error['code'])}`;
  const details = { serverCode };
  switch (serverCode) {
    case serverCodes.streamNotFound:
      return new BackupError('streamNotFound', `${what}: the server has no such stream.`, details);
    case serverCodes.streamExists:
    case serverCodes.streamNameInUse:
      return new BackupError('streamExists', `${what}: ${text} (${serverCode}).`, details);
    case serverCodes.notEnabled:
    case serverCodes.notEnabledForAccount:
      return new BackupError(
        'jetStreamNotEnabled',
        `${what}: ${text} (${serverCode}). Enable JetStream on the server or for this account.`,
        details,
      );
    default:
      return new BackupError('serverError', `${what}: ${text} (${serverCode}).`, details);
  }
}
