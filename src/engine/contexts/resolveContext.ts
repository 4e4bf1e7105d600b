import { BackupError } from '../errors';
import type { ConnectionSettings, Credentials, TlsSettings } from '../model';
import { throwIfAborted } from '../util/abort';
import { subjectProblem, tlsProblem } from './checkContextFile';
import type { ContextFile } from './contextFile';
import { runNsc, type NscProfile } from './secretProgram';
import { readLiteral, readSecretFile, readTextFile, type SecretOptions } from './secretReference';
import { parseServerAddresses, type ServerAddress } from './serverAddresses';
import { parseJwt, parseSeed, parseUserCredentials } from './userCredentials';

export interface ResolveOptions {
  /**
   * The user's explicit yes to running the programs that this context names (`nsc`, `op://…`, `nsc://…`). Without it
   * such a context is refused with `notSupported` and `option` "allowPrograms".
   */
  allowPrograms?: boolean;
  /** The process's own environment unless given. */
  env?: NodeJS.ProcessEnv;
  /** The user's home folder unless given. */
  home?: string;
  signal?: AbortSignal;
}

/**
 * Turns a context file into everything that a connection needs, secrets and certificates read, so that a thread can
 * connect without touching a file. `NATS_…` variables of the environment belong to the command line and are not looked at.
 *
 * @throws BackupError `invalidContext` for a file that contradicts itself or names something that cannot be read,
 * `notSupported` for what is not done here (SOCKS, Windows certificate store, WebSocket, programs without consent),
 * `cancelled`
 */
export async function resolveContext(
  context: string,
  file: ContextFile,
  options: ResolveOptions = {},
): Promise<ConnectionSettings> {
  throwIfAborted(options.signal, `Reading context "${context}"`);
  const secrets: SecretOptions = { ...options, env: options.env ?? process.env };
  refuseUnsupported(context, file);
  const problem = tlsProblem(file) ?? subjectProblem(file);
  if (problem !== undefined) throw invalid(context, problem);
  const nsc = await lookUpNsc(context, file, secrets);
  const addresses = parseServerAddresses(file.url || (nsc?.service ?? []).join(','), context);
  refuseWebSocket(context, addresses);
  const credentials = await readCredentials(context, { ...file, ...nscCreds(file, nsc) }, secrets);
  const tls = await readTls(context, file, addresses, secrets);
  return {
    context,
    servers: [...new Set(addresses.map(({ host, port }) => `${host}:${port}`))],
    credentials: withUrlCredentials(context, credentials, addresses),
    ...(tls === undefined ? {} : { tls }),
    ...(file.inbox_prefix ? { inboxPrefix: file.inbox_prefix } : {}),
    apiPrefix: apiPrefixOf(file),
  };
}

function refuseUnsupported(context: string, file: ContextFile): void {
  const unsupported = file.socks_proxy
    ? '"socks_proxy": connecting through a SOCKS proxy'
    : file.windows_cert_store
      ? '"windows_cert_store": the Windows certificate store'
      : undefined;
  if (unsupported === undefined) return;
  const message = `Context "${context}" asks for something that is not supported here, ${unsupported}.`;
  throw new BackupError('notSupported', `${message} The nats command line can connect with it.`);
}

function refuseWebSocket(context: string, addresses: ServerAddress[]): void {
  const webSocket = addresses.find(({ scheme }) => scheme === 'ws' || scheme === 'wss');
  if (webSocket === undefined) return;
  const message = `"url" of context "${context}" asks for a WebSocket (${webSocket.scheme}://), which is not supported here.`;
  throw new BackupError('notSupported', `${message} Use the server's nats:// or tls:// address.`);
}

/** `nsc` gives credentials and, where `url` is empty, the servers; it is not run where neither is needed. */
async function lookUpNsc(context: string, file: ContextFile, secrets: SecretOptions): Promise<NscProfile | undefined> {
  if (!file.nsc || (file.url && (file.user || file.creds))) return undefined;
  return runNsc(file.nsc, { context, field: 'nsc' }, secrets);
}

function nscCreds(file: ContextFile, nsc: NscProfile | undefined): ContextFile {
  return file.creds || nsc?.userCreds === undefined ? {} : { creds: nsc.userCreds };
}

/** The first kind that is there, in the order of the command line; a token is sent besides any of them. */
async function readCredentials(context: string, file: ContextFile, secrets: SecretOptions): Promise<Credentials> {
  const literal = (field: 'password' | 'token' | 'user_jwt' | 'user_seed') =>
    readLiteral(file[field] ?? '', { context, field }, secrets);
  const token = file.token ? { token: await literal('token') } : {};
  if (file.user) return { user: file.user, password: await literal('password'), ...token };
  if (file.creds) {
    const user = parseUserCredentials(await readSecretFile(file.creds, { context, field: 'creds' }, secrets));
    if (user === undefined) throw invalid(context, '"creds" does not lead to a credentials file with JWT and seed');
    return { ...user, ...token };
  }
  if (file.nkey) {
    const seed = parseSeed(await readSecretFile(file.nkey, { context, field: 'nkey' }, secrets));
    if (seed === undefined) throw invalid(context, '"nkey" does not lead to a file with an NKEY seed');
    return { seed, ...token };
  }
  if (!file.user_jwt) return token;
  const jwt = parseJwt(await literal('user_jwt'));
  if (jwt === undefined) throw invalid(context, '"user_jwt" is not a JWT');
  if (!file.user_seed) return { jwt, ...token };
  const seed = parseSeed(await literal('user_seed'));
  if (seed === undefined) throw invalid(context, '"user_seed" is not an NKEY seed');
  return { jwt, seed, ...token };
}

/**
 * A user part in an address replaces all but a JWT, as in the official clients. There it holds for that address only;
 * here one set of credentials serves all addresses, so that no server is ever sent the secret of another.
 */
function withUrlCredentials(context: string, own: Credentials, addresses: ServerAddress[]): Credentials {
  const inUrl = addresses.map(({ user, password, token }) => JSON.stringify([user, password, token]));
  if (new Set(inUrl).size > 1) {
    throw invalid(context, '"url" holds different credentials, or credentials for some of its addresses only');
  }
  const { user, password, token } = addresses[0] ?? {};
  const jwt = own.jwt === undefined ? {} : { jwt: own.jwt, ...(own.seed === undefined ? {} : { seed: own.seed }) };
  if (token !== undefined) return { token, ...jwt };
  if (user !== undefined) return { user, password: password ?? '', ...jwt };
  return own;
}

/** Undefined where nothing asks for TLS; the server may still. */
async function readTls(
  context: string,
  file: ContextFile,
  addresses: ServerAddress[],
  secrets: SecretOptions,
): Promise<TlsSettings | undefined> {
  const wanted = addresses.some(({ scheme }) => scheme === 'tls');
  if (!wanted && !file.tls_first && !file.ca && !file.cert) return undefined;
  const tls: TlsSettings = { handshakeFirst: file.tls_first === true };
  for (const field of ['ca', 'cert', 'key'] as const) {
    const path = file[field];
    if (!path) continue;
    const text = await readTextFile(path, { context, field }, secrets);
    if (!text.includes('-----BEGIN ')) throw invalid(context, `"${field}" does not lead to a PEM file`);
    tls[field] = text;
  }
  if (tls.key !== undefined && /-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(tls.key)) {
    throw invalid(context, '"key" leads to a key that is locked with a passphrase, which is not supported');
  }
  return tls;
}

function apiPrefixOf(file: ContextFile): string {
  if (file.jetstream_api_prefix) return file.jetstream_api_prefix.replace(/\.$/, '');
  return file.jetstream_domain ? `$JS.${file.jetstream_domain.replace(/\.$/, '')}.API` : '$JS.API';
}

function invalid(context: string, why: string): BackupError {
  return new BackupError('invalidContext', `Context "${context}": ${why}. Edit the context.`);
}
