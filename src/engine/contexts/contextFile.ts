import { BackupError, messageOf } from '../errors';
import type { JsonObject, JsonValue } from '../model';
import { parseJson, stringifyJson } from '../util/losslessJson';

/**
 * A context file of the NATS command line: how to reach one account. Every field is optional, an empty string is the
 * same as none, and fields that we do not know stay as they are.
 */
export interface ContextFile extends JsonObject {
  /** Informational; the file's name is the context's name. */
  name?: string;
  description?: string;
  /** Addresses separated by commas; none means `nats://127.0.0.1:4222`. May hold `user:password@` or `token@`. */
  url?: string;
  socks_proxy?: string;
  token?: string;
  user?: string;
  password?: string;
  /** Path of a credentials file (JWT and seed), or a reference such as `op://…`. */
  creds?: string;
  /** Path of a file with an NKEY seed, or a reference. */
  nkey?: string;
  cert?: string;
  key?: string;
  ca?: string;
  /** Deprecated: `operator/account/user` that the program `nsc` looks up. */
  nsc?: string;
  jetstream_domain?: string;
  jetstream_api_prefix?: string;
  jetstream_event_prefix?: string;
  inbox_prefix?: string;
  user_jwt?: string;
  user_seed?: string;
  color_scheme?: string;
  tls_first?: boolean;
  windows_cert_store?: string;
  windows_cert_match_by?: string;
  windows_cert_match?: string;
  windows_ca_certs_match?: string[] | null;
}

/** The largest context file that is read, in bytes: one with a credentials file inlined has about 2 KiB. */
export const maxContextFileBytes = 1024 * 1024;

/**
 * What the command line (0.5.1) writes into a new file, in its order: every field, the empty ones too. `name` is not
 * among them.
 */
export const emptyContextFile: Readonly<ContextFile> = {
  description: '',
  url: '',
  socks_proxy: '',
  token: '',
  user: '',
  password: '',
  creds: '',
  nkey: '',
  cert: '',
  key: '',
  ca: '',
  nsc: '',
  jetstream_domain: '',
  jetstream_api_prefix: '',
  jetstream_event_prefix: '',
  inbox_prefix: '',
  user_jwt: '',
  user_seed: '',
  color_scheme: '',
  tls_first: false,
  windows_cert_store: '',
  windows_cert_match_by: '',
  windows_cert_match: '',
  windows_ca_certs_match: null,
};

const knownFields = new Set(['name', ...Object.keys(emptyContextFile)]);

/**
 * Reads the text of a context file. `context` is its name, for messages; none of them quotes the text.
 *
 * @throws BackupError `invalidContext` for anything but a JSON object whose known fields have the right types
 */
export function parseContextFile(text: string, context: string): ContextFile {
  const damaged = (why: string) => new BackupError('invalidContext', `The file of context "${context}" ${why}.`);
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    throw damaged(`is not JSON${positionOf(error)}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw damaged('holds no JSON object');
  for (const [field, content] of Object.entries(value)) {
    const wrong = fieldProblem(field, content);
    if (wrong !== undefined) throw damaged(wrong);
  }
  return value;
}

/** The text that {@link parseContextFile} reads and that the command line reads: all fields, two spaces. */
export function serialiseContextFile(file: ContextFile): string {
  const { name, ...fields } = file;
  return stringifyJson(
    { ...(name === undefined ? {} : { name }), ...emptyContextFile, ...withoutUndefined(fields) },
    2,
  );
}

function fieldProblem(field: string, content: JsonValue | undefined): string | undefined {
  if (!knownFields.has(field)) {
    // The command line does not mind the case of a field's name. Overlooking "URL" would mean another server.
    const meant = field.toLowerCase();
    return knownFields.has(meant) ? `has a field "${field}" that must be written "${meant}"` : undefined;
  }
  // Go's decoder takes null for "leave it empty".
  if (content === null || content === undefined) return undefined;
  if (field === 'tls_first') return typeof content === 'boolean' ? undefined : '"tls_first" must be true or false';
  if (field === 'windows_ca_certs_match') {
    const strings = Array.isArray(content) && content.every((each) => typeof each === 'string');
    return strings ? undefined : 'has a field "windows_ca_certs_match" that must be a list of strings';
  }
  return typeof content === 'string' ? undefined : `has a field "${field}" that must be a string`;
}

/** The parser's own text may quote what stands at the position, which may be a password; the position itself helps. */
function positionOf(error: unknown): string {
  const position = /position (\d+)/.exec(messageOf(error))?.[1];
  return position === undefined ? '' : ` (position ${position})`;
}

function withoutUndefined(fields: ContextFile): ContextFile {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
