import { posix } from 'node:path';
import { Uri } from 'vscode';
import { configurationFileName } from '../../engine';
import { uriSchemes } from '../ids';

/** A stream's or consumer's configuration on a server. */
export interface LiveConfiguration {
  context: string;
  stream: string;
  consumer?: string;
  /** A configuration document that it is written in the form of; canonical without one. */
  form?: Uri;
}

/** A configuration that is inside something: a set's manifest, an envelope, an archive. */
export interface BackupConfiguration {
  /** Absolute path of anything that holds configuration. */
  source: string;
  stream: string;
  consumer?: string;
  form?: Uri;
}

/**
 * @param side what this side of a diff is called, and the folder that the document seems to be in: `live in prod`
 * @param name of the file that the document stands beside; made of the names where it is left out
 */
export function liveUri(live: LiveConfiguration, side = `live in ${live.context}`, name?: string): Uri {
  return toUri(uriSchemes.live, side, name, live);
}

export function backupUri(backup: BackupConfiguration, side: string, name?: string): Uri {
  return toUri(uriSchemes.backup, side, name, backup);
}

/** An empty document, for a side of a diff where the configuration does not exist. */
export function nothingUri(side: string, name: string): Uri {
  return Uri.from({ scheme: uriSchemes.backup, path: posix.join('/', side, name) });
}

/**
 * The same document at the other's path, if it is not a file: what it shows its query says. The multi-diff editor takes two
 * sides with different paths for a file that was renamed.
 */
export function withPathOf(other: Uri | undefined, document: Uri): Uri {
  return other === undefined || document.scheme === 'file' ? document : document.with({ path: other.path });
}

/** Undefined for an address that {@link liveUri} has not made. */
export function readLiveUri({ query }: Uri): LiveConfiguration | undefined {
  const { context, ...rest } = membersOf(query);
  return typeof context === 'string' && isNamed(rest) ? withForm({ context, ...rest }) : undefined;
}

/** Undefined for an address that {@link backupUri} has not made. */
export function readBackupUri({ query }: Uri): BackupConfiguration | undefined {
  const { source, ...rest } = membersOf(query);
  return typeof source === 'string' && isNamed(rest) ? withForm({ source, ...rest }) : undefined;
}

type Named = { stream: string; consumer?: string; form?: unknown };

function toUri(
  scheme: string,
  side: string,
  name: string | undefined,
  what: Omit<Named, 'form'> & { form?: Uri },
): Uri {
  const file =
    name ?? (what.form && posix.basename(what.form.path)) ?? configurationFileName(what.stream, what.consumer);
  // A slash in what a person named would be another folder.
  const path = posix.join('/', side.replaceAll('/', '∕'), file);
  return Uri.from({ scheme, path, query: JSON.stringify({ ...what, form: what.form?.toString() }) });
}

function membersOf(query: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(query);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isNamed(value: object): value is Named {
  const { stream, consumer } = value as Record<string, unknown>;
  return typeof stream === 'string' && (consumer === undefined || typeof consumer === 'string');
}

function withForm<T extends Named>({ form, ...rest }: T): Omit<T, 'form'> & { form?: Uri } {
  return { ...rest, ...(typeof form === 'string' ? { form: Uri.parse(form, true) } : {}) };
}
