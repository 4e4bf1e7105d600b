import { BackupError } from '../errors';

/** One address of a context's `url`. */
export interface ServerAddress {
  /** `ws` and `wss` are the command line's; they cannot be connected to here. */
  scheme: 'nats' | 'tls' | 'ws' | 'wss';
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  host: string;
  port: number;
  user?: string;
  password?: string;
  /** A user part without a password. */
  token?: string;
}

const defaultUrl = 'nats://127.0.0.1:4222';
const defaultPort = 4222;
const schemes: readonly string[] = ['nats', 'tls', 'ws', 'wss'];

// scheme, user information, host or [IPv6], port. User information reaches to the last @, as in Go's parser.
const addressPattern =
  /^(?:([^:/?#@]+):\/\/)?(?:(.*)@)?(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^\s[\]:/?#@]+)(?::(\d{1,5}))?\/?$/s;

/**
 * Reads a context's `url`: addresses separated by commas, each with or without scheme and port; an empty one means the
 * command line's default.
 *
 * @throws BackupError `invalidContext`; its text holds no user information
 */
export function parseServerAddresses(url: string, context: string): ServerAddress[] {
  const parts = url
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return (parts.length === 0 ? [defaultUrl] : parts).map((part) => parseAddress(part, context));
}

/** A context's `url` as it may be shown: without users, passwords and tokens. */
export function publicUrl(url: string): string {
  const parts = url.split(',').map((part) => withoutUserInfo(part.trim()).replace('…@', ''));
  return parts.filter((part) => part !== '').join(', ') || defaultUrl;
}

function parseAddress(text: string, context: string): ServerAddress {
  const refuse = (why: string) => {
    const message = `"url" of context "${context}" holds an address that ${why}: ${withoutUserInfo(text)}.`;
    return new BackupError('invalidContext', `${message} Write it as nats://host:port or tls://host:port.`);
  };
  const match = addressPattern.exec(text);
  if (match === null) throw refuse('cannot be read');
  const [, schemeText = 'nats', userInfo, host = '', portText] = match;
  const scheme = schemeText.toLowerCase();
  if (!isScheme(scheme)) throw refuse(`has the unknown scheme "${scheme}"`);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (port < 1 || port > 65535) throw refuse('has a port beyond 1 to 65535');
  const address: ServerAddress = { scheme, host, port };
  if (userInfo === undefined) return address;
  try {
    return { ...address, ...parseUserInfo(userInfo) };
  } catch {
    throw refuse('has a user part that is not URL-encoded');
  }
}

function parseUserInfo(text: string): Pick<ServerAddress, 'user' | 'password' | 'token'> {
  const colon = text.indexOf(':');
  if (colon < 0) return { token: decodeURIComponent(text) };
  return { user: decodeURIComponent(text.slice(0, colon)), password: decodeURIComponent(text.slice(colon + 1)) };
}

function isScheme(scheme: string): scheme is ServerAddress['scheme'] {
  return schemes.includes(scheme);
}

/** An address that may be shown. Where it cannot be told what is what, everything up to the last @ goes. */
function withoutUserInfo(text: string): string {
  const end = text.lastIndexOf('@');
  return end < 0 ? text : `…@${text.slice(end + 1)}`;
}
