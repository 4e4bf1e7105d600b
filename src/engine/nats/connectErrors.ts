import { ErrorCode as NatsCode, NatsError } from 'nats';
import { BackupError, isBackupError, messageOf, type ErrorCode } from '../errors';
import type { ConnectionSettings } from '../model';
import { expiryOfJwt } from './userJwt';
import { NoGreetingError } from './serverTransport';

/** What a failure comes to: a code, the cause in words, and what to do about it. */
interface Diagnosis {
  code: ErrorCode;
  cause: string;
  next: string;
}

/** Why a server of a context could not be connected to. The text holds no secret. */
export function toConnectError(error: unknown, settings: ConnectionSettings, server: string): BackupError {
  if (isBackupError(error)) return error;
  const { code, cause, next } = diagnose(error, settings);
  const message = `Context "${settings.context}": cannot connect to ${server}: ${cause}. ${next}`;
  return new BackupError(code, message, { cause: error });
}

/** Why a connection that worked is gone. `error` is what the client says, often nothing. */
export function toLostError(error: unknown, settings: ConnectionSettings, server: string): BackupError {
  const { code, cause, next } =
    error === undefined || error === null
      ? { code: undefined, cause: 'the server closed it or went away', next: '' }
      : diagnose(error, settings);
  const refused = code === 'unauthorized' || code === 'timeout' ? code : 'connectionLost';
  const advice = refused === 'unauthorized' ? next : 'Check the server and the network, then try again.';
  const message = `Context "${settings.context}": the connection to ${server} was lost: ${cause}. ${advice}`;
  return new BackupError(refused === 'timeout' ? 'connectionLost' : refused, message, { cause: error });
}

/** One error for several servers that all failed: the one that says most leads. */
export function toAllFailedError(failures: readonly BackupError[], settings: ConnectionSettings): BackupError {
  const telling: ErrorCode[] = ['unauthorized', 'tlsFailed', 'invalidContext', 'timeout'];
  const ranked = [...failures].sort((a, b) => rank(telling, a.code) - rank(telling, b.code));
  const [first] = ranked;
  if (first === undefined) {
    return new BackupError('invalidContext', `Context "${settings.context}" names no server. Edit its "url".`);
  }
  if (failures.length === 1) return first;
  const prefix = `Context "${settings.context}": `;
  const each = ranked.map((failure) => failure.message.replace(prefix, ''));
  const message = `${prefix}none of its ${failures.length} servers can be used. ${each.join(' ')}`;
  return new BackupError(first.code, message, { cause: first });
}

function rank(order: readonly ErrorCode[], code: ErrorCode): number {
  const place = order.indexOf(code);
  return place < 0 ? order.length : place;
}

function diagnose(error: unknown, settings: ConnectionSettings): Diagnosis {
  const code = codeOf(error);
  return natsDiagnoses[code]?.(error, settings) ?? systemDiagnosis(code, error, settings);
}

/** What the client or the server says itself, by the client's code. */
const natsDiagnoses: Partial<Record<string, (error: unknown, settings: ConnectionSettings) => Diagnosis>> = {
  [NatsCode.AuthorizationViolation]: unauthorized,
  [NatsCode.AuthenticationExpired]: unauthorized,
  [NatsCode.AccountExpired]: unauthorized,
  [NatsCode.AuthenticationTimeout]: () => ({
    code: 'timeout',
    cause: 'the server did not wait for the credentials',
    next: 'Try again.',
  }),
  [NatsCode.Timeout]: (_, { tls }) => ({
    code: 'timeout',
    cause: 'no answer in time',
    next: `Check the address, the network and whether the server is stalled${tls?.handshakeFirst ? '' : '; one with TLS first needs "tls_first"'}.`,
  }),
  [NatsCode.ServerOptionNotAvailable]: () => ({
    code: 'tlsFailed',
    cause: 'TLS is asked for and the server offers none; no credentials were sent',
    next: 'Use a server with TLS, or remove tls://, "ca" and "cert" from the context.',
  }),
  [NatsCode.ProtocolError]: (error) => ({
    code: 'connectionRefused',
    cause: `the server says ${serverText(error)}`,
    next: 'See the limits and the log of the server.',
  }),
};

function unauthorized(error: unknown, settings: ConnectionSettings): Diagnosis {
  const expiry = settings.credentials.jwt === undefined ? undefined : expiryOfJwt(settings.credentials.jwt);
  const expired = expiry !== undefined && expiry.getTime() <= Date.now();
  if (expired) {
    const cause = `the credentials expired on ${expiry.toISOString()}`;
    return { code: 'unauthorized', cause, next: 'Get new credentials and put them into the context.' };
  }
  const cause =
    codeOf(error) === (NatsCode.AuthorizationViolation as string)
      ? `the server refuses ${kindOfCredentials(settings)} (${serverText(error)})`
      : `the server says ${serverText(error)}`;
  return { code: 'unauthorized', cause, next: 'Check the credentials of the context.' };
}

function kindOfCredentials({ credentials }: ConnectionSettings): string {
  if (credentials.jwt !== undefined) return 'these credentials';
  if (credentials.seed !== undefined) return 'this NKEY';
  if (credentials.user !== undefined) return `user ${JSON.stringify(credentials.user)} or the password`;
  return credentials.token === undefined ? 'a connection without credentials' : 'this token';
}

/** What the operating system, the resolver or the TLS library says. */
function systemDiagnosis(code: string, error: unknown, settings: ConnectionSettings): Diagnosis {
  const text = messageOf(error);
  if (error instanceof NoGreetingError) {
    const next = 'Check that it is a NATS server; one with TLS first needs "tls_first" in the context.';
    return { code: settings.tls === undefined ? 'connectionRefused' : 'tlsFailed', cause: text, next };
  }
  if (code === 'ECONNREFUSED' || code === (NatsCode.ConnectionRefused as string)) {
    return {
      code: 'connectionRefused',
      cause: 'nobody listens there',
      next: 'Start the server or correct the address.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      code: 'connectionRefused',
      cause: 'its name does not resolve',
      next: 'Check the address and the network.',
    };
  }
  if (error === undefined || code === 'EPIPE' || code === 'ECONNRESET') {
    // With TLS 1.3 a server refuses a certificate after the handshake, and its alert may be lost with the connection.
    if (settings.tls !== undefined) {
      const cause = 'the server closed the connection during the TLS handshake or right after it';
      return {
        code: 'tlsFailed',
        cause,
        next: 'Check "ca", "cert" and "key" of the context; the log of the server says why.',
      };
    }
    const next = 'It may be full or shutting down: see its log.';
    return { code: 'connectionRefused', cause: 'the server closed the connection', next };
  }
  if (code === 'ETIMEDOUT') {
    return { code: 'timeout', cause: 'no answer in time', next: 'Check the address and the network.' };
  }
  if (error instanceof Error && error.name === 'NKeysError') {
    return { code: 'invalidContext', cause: 'the NKEY seed is damaged', next: 'Replace the seed of the context.' };
  }
  if (isTlsCode(code)) return { code: 'tlsFailed', cause: tlsText(code, text), next: tlsAdvice(code) };
  return { code: 'connectionRefused', cause: text, next: 'Check the address and the network.' };
}

function isTlsCode(code: string): boolean {
  return /^(?:ERR_(?:TLS|SSL|OSSL)|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|TLS$)/.test(
    code,
  );
}

function tlsText(code: string, text: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return "the server's certificate is for another name or address";
  if (code === 'CERT_HAS_EXPIRED') return "the server's certificate has expired";
  if (/SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_/.test(code)) return "the server's certificate is not trusted";
  // OpenSSL puts its source file and line before what it has to say.
  const reason = /SSL alert number|routines:[^:]*:([^:]+)/.exec(text)?.[1] ?? text;
  return `TLS failed (${reason.trim()})`;
}

function tlsAdvice(code: string): string {
  if (/SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_/.test(code)) {
    return 'Set "ca" of the context to the authority that signed it.';
  }
  if (/CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA/.test(code)) {
    return 'The server wants a certificate that it trusts: check "cert" and "key" of the context.';
  }
  if (/WRONG_VERSION|PACKET_LENGTH|RECORD/.test(code)) return 'Check "tls_first" of the context and the port.';
  return 'Check the address and the TLS fields of the context.';
}

/** The client passes on what a server says in quotes. */
function serverText(error: unknown): string {
  return `"${messageOf(error).replace(/^'|'$/g, '')}"`;
}

function codeOf(error: unknown): string {
  // The client wraps what the system said; the wrapped error knows more.
  if (error instanceof NatsError && error.chainedError !== undefined) return codeOf(error.chainedError) || error.code;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
