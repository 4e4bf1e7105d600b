import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { BackupError, messageOf } from '../errors';
import { homeFolder } from './configRoot';
import { runNsc, runOp, type ProgramOptions } from './secretProgram';

/** Where secrets are looked up, and what that may involve. */
export interface SecretOptions extends ProgramOptions {
  /** Variables for `$NAME` in paths and for `env://NAME`. */
  env: NodeJS.ProcessEnv;
  home?: string;
}

/** One field of a context, for messages. */
export interface FieldOfContext {
  context: string;
  field: string;
}

/** The largest credentials, key or certificate file that is read, in bytes. */
const maxSecretFileBytes = 1024 * 1024;

/**
 * The scheme of a reference in lower case, or undefined for a bare path or literal. One letter is a Windows drive, as
 * the command line has it.
 */
export function schemeOf(value: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(value)?.[1]?.toLowerCase();
}

/** Replaces `$NAME`, `${NAME}` and a leading `~` as the command line does; an unset variable becomes nothing. */
export function expandPath(path: string, options: Pick<SecretOptions, 'env' | 'home'>): string {
  const expanded = path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    return options.env[braced ?? bare ?? ''] ?? '';
  });
  return expanded.replace(/^~(?=$|[/\\])/, () => options.home ?? homeFolder());
}

/**
 * The text behind a field that names a file or a reference (`creds`, `nkey`).
 *
 * @throws BackupError `invalidContext`, `notSupported` where a program would have to run and may not, `cancelled`
 */
export async function readSecretFile(value: string, of: FieldOfContext, options: SecretOptions): Promise<string> {
  const expanded = expandPath(value, options);
  const scheme = schemeOf(expanded);
  if (scheme === undefined || scheme === 'file') return readTextFile(value, of, options);
  return readReference(scheme, expanded, of, options);
}

/** The text of a file whose field takes nothing but a path (`cert`, `key`, `ca`). */
export async function readTextFile(value: string, of: FieldOfContext, options: SecretOptions): Promise<string> {
  const path = expandPath(expandPath(value, options).replace(/^file:\/\//i, ''), options);
  const refuse = (why: string) => invalid(of, `${path === '' ? 'its path is empty' : `the file ${path} ${why}`}`);
  if (!isAbsolute(path)) throw refuse('is not an absolute path');
  try {
    const info = await stat(path);
    if (!info.isFile()) throw refuse('is not a regular file');
    if (info.size > maxSecretFileBytes) throw refuse(`is larger than ${maxSecretFileBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw refuse(missing ? `does not exist${unsetVariables(value, options)}` : `cannot be read (${messageOf(error)})`);
  }
}

/**
 * The text of a field that is the secret itself or a reference to it (`password`, `token`, `user_jwt`, `user_seed`).
 * What only looks like a scheme is part of the secret.
 *
 * @throws BackupError as {@link readSecretFile}
 */
export async function readLiteral(value: string, of: FieldOfContext, options: SecretOptions): Promise<string> {
  const scheme = /^(?:(file|env|op|nsc):\/\/|(data):)/i.exec(value);
  if (scheme === null) return value;
  const name = (scheme[1] ?? scheme[2] ?? '').toLowerCase();
  const text = await (name === 'file' ? readTextFile(value, of, options) : readReference(name, value, of, options));
  return text.replace(/[\r\n]+$/, '');
}

async function readReference(
  scheme: string,
  reference: string,
  of: FieldOfContext,
  options: SecretOptions,
): Promise<string> {
  const rest = reference.slice(scheme.length + 1).replace(/^\/\//, '');
  switch (scheme) {
    case 'env': {
      const text = options.env[rest];
      if (!text) throw invalid(of, `the environment variable ${JSON.stringify(rest)} is not set`);
      return text;
    }
    case 'data':
      return decodeData(rest, of);
    case 'op':
      return runOp(`op://${rest}`, of, options);
    case 'nsc': {
      const { userCreds } = await runNsc(rest, of, options);
      if (userCreds === undefined) throw invalid(of, `nsc knows no credentials file of ${rest}`);
      return readTextFile(userCreds, of, options);
    }
    default:
      throw invalid(of, `it starts with the unknown scheme "${scheme}"`);
  }
}

/** `data:[type];base64,…`, of which only the base64 form is taken, as the command line has it. */
function decodeData(rest: string, of: FieldOfContext): string {
  const comma = rest.indexOf(',');
  const header = rest.slice(0, Math.max(comma, 0)).split(';');
  const base64 = rest.slice(comma + 1);
  const wellFormed = header.some((part) => part.trim() === 'base64') && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
  if (comma < 0 || !wellFormed) throw invalid(of, 'it is not of the form data:;base64,…');
  return Buffer.from(base64, 'base64').toString('utf8');
}

function unsetVariables(path: string, options: Pick<SecretOptions, 'env'>): string {
  const names = [...path.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map((match) => match[1] ?? match[2] ?? '');
  const unset = names.filter((name) => !options.env[name]);
  return unset.length === 0 ? '' : ` (not set: ${unset.map((name) => `$${name}`).join(', ')})`;
}

function invalid(of: FieldOfContext, why: string): BackupError {
  return new BackupError('invalidContext', `"${of.field}" of context "${of.context}" cannot be used: ${why}.`);
}
