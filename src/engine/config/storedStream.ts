import type { JsonObject } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { integer, normalForm, object, objects, text, texts } from './normalForm';
import type { JudgedServer } from './judgedServer';

/** Nanoseconds: the window in which a server by default remembers the ids of messages. */
const defaultDuplicateWindow = 120_000_000_000;

/** A field that the server stores otherwise than it was sent, and why. */
export interface Override {
  field: string;
  reason: string;
}

/** What a server makes of a configuration, step by step; all in normal form. */
export interface Stored {
  /** With defaults filled in: what the server checks first. */
  filled: JsonObject;
  /** With what other fields need: what it compares with the stream that it has. The same object where nothing is needed. */
  enabled: JsonObject;
  /** What it keeps. */
  config: JsonObject;
  /** Fields whose value the server sets whatever was sent. */
  overrides: Override[];
}

/** The normal form with the defaults that depend on other fields of the stream. */
export function filledStream(given: JsonObject, version: string): JsonObject {
  const config: JsonObject = { ...normalForm('stream', given) };
  if (integer(config, 'duplicate_window') === 0n && hasDuplicateWindow(config, version)) {
    const age = integer(config, 'max_age');
    const shorter = age !== 0n && age < BigInt(defaultDuplicateWindow);
    config['duplicate_window'] = shorter ? (config['max_age'] ?? 0) : defaultDuplicateWindow;
  }
  const fed = object(config, 'mirror') !== undefined || objects(config, 'sources').length > 0;
  if (texts(config, 'subjects').length === 0 && !fed) config['subjects'] = [text(config, 'name')];
  return config;
}

/**
 * What a server stores when it takes this configuration, with all that it fills in. The server's own limits, which a
 * client cannot see (`jetstream { limits {…} }`), are left out of account.
 *
 * @param creates whether the stream is made, not changed
 */
export function storedStream(wanted: JsonObject, server: JudgedServer, creates: boolean): Stored {
  const config = filledStream(wanted, server.version);
  republishTransformed(config, server.version);
  const overrides = inheritDirect(config, server);
  const filled = { ...config };
  const needed = enableWhatIsNeeded(config);
  overrides.push(...needed);
  const enabled = needed.length === 0 ? filled : { ...config };
  if (!creates) republishEverywhere(config, server.version);
  overrides.push(...seal(config), ...windowOfMirror(config, server));
  return { filled, enabled, config, overrides };
}

/** A mirror has no default window, nor from 2.14 on has a stream with sources. */
function hasDuplicateWindow(config: JsonObject, version: string): boolean {
  if (object(config, 'mirror') !== undefined) return false;
  return !isAtLeast(version, 14) || objects(config, 'sources').length === 0;
}

/** From 2.11 on all messages can be republished by the subject that the stream's own transform gives them. */
function republishTransformed(config: JsonObject, version: string): void {
  const [republish, transform] = [object(config, 'republish'), object(config, 'subject_transform')];
  if (!isAtLeast(version, 11) || republish === undefined || transform === undefined) return;
  const all = republish['src'] === '>' && republish['dest'] === '>';
  const subjects = texts(config, 'subjects');
  if (!all || subjects.length !== 1 || subjects[0] !== transform['src']) return;
  config['republish'] = { ...republish, src: transform['dest'], dest: transform['dest'] };
}

/** An update without a destination takes all subjects for it, after the check for a cycle. */
function republishEverywhere(config: JsonObject, version: string): void {
  const republish = object(config, 'republish');
  if (republish?.['dest'] === '' && isAtLeast(version, 10)) config['republish'] = { ...republish, dest: '>' };
}

/** A mirror answers direct reads if its origin does. */
function inheritDirect(config: JsonObject, { streams, version }: JudgedServer): Override[] {
  const mirror = object(config, 'mirror');
  if (mirror === undefined) return [];
  // 2.9 looks for the name in the account even if the origin is in another one.
  if (object(mirror, 'external') !== undefined && isAtLeast(version, 10)) return [];
  const origin = streams.find(text(mirror, 'name'));
  if (origin === undefined) return [];
  const direct = origin['allow_direct'] === true;
  if (config['mirror_direct'] === direct) return [];
  config['mirror_direct'] = direct;
  const reason = `A mirror takes over allow_direct of its origin, stream ${origin.name}: set it there.`;
  return [{ field: 'mirror_direct', reason }];
}

/** Delete markers and schedules are messages with headers that roll up. */
function enableWhatIsNeeded(config: JsonObject): Override[] {
  const overrides: Override[] = [];
  const set = (field: string, value: boolean, because: string) => {
    if (config[field] === value) return;
    config[field] = value;
    overrides.push({ field, reason: `The server sets ${field} to ${value} because of ${because}.` });
  };
  const markers = integer(config, 'subject_delete_marker_ttl') > 0n;
  if (markers) set('allow_msg_ttl', true, 'subject_delete_marker_ttl');
  const because = markers ? 'subject_delete_marker_ttl' : 'allow_msg_schedules';
  if ((markers || config['allow_msg_schedules'] === true) && config['allow_rollup_hdrs'] !== true) {
    set('allow_rollup_hdrs', true, because);
    set('deny_purge', false, because);
  }
  return overrides;
}

/** A window means nothing to a mirror: servers take it away when they read what they have stored. */
function windowOfMirror(config: JsonObject, { clustered }: JudgedServer): Override[] {
  if (object(config, 'mirror') === undefined || integer(config, 'duplicate_window') === 0n) return [];
  const field = 'duplicate_window';
  if (!clustered) return [{ field, reason: 'A mirror has no use for it, and loses it when the server restarts.' }];
  config[field] = 0;
  return [{ field, reason: 'A mirror has no use for it, and a cluster takes it away.' }];
}

function seal(config: JsonObject): Override[] {
  if (config['sealed'] !== true) return [];
  const sealed = { max_age: 0, discard: 'new', deny_delete: true, deny_purge: true, allow_rollup_hdrs: false };
  return Object.entries(sealed).flatMap(([field, value]) => {
    if (config[field] === value || (value === 0 && integer(config, field) === 0n)) return [];
    config[field] = value;
    return [{ field, reason: `A sealed stream has ${field} ${JSON.stringify(value)}, whatever is sent.` }];
  });
}
