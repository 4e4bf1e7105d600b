import type { ConsumerConfig, JsonObject } from '../model';
import { isAtLeast } from '../util/serverVersion';
import { limitsOf } from './accountRules';
import type { JudgedServer } from './judgedServer';
import { integer, normalForm, object, text } from './normalForm';
import type { Override, Stored } from './storedStream';

/** Nanoseconds. */
const second = 1_000_000_000;
/** Messages that a consumer may leave unacknowledged where nothing is set. */
const usualAckPending = 1000;

/**
 * What a server stores when it takes this configuration, with all that it fills in.
 *
 * @param live as it is on the server; absent when it is created
 */
export function storedConsumer(wanted: JsonObject, live: ConsumerConfig | undefined, server: JudgedServer): Stored {
  const config: JsonObject = { ...normalForm('consumer', wanted) };
  clamp(config, server.version);
  const overrides = [
    ...nameOfDurable(config, server.version),
    ...backoffFirst(config),
    ...keepPause(config, live, server.version),
    ...flowControl(config),
  ];
  takeStreamLimits(config, server);
  fillDefaults(config, defaultAckPending(server));
  return { filled: config, enabled: config, config, overrides };
}

/** The normal form with the defaults that depend on other fields of the consumer. */
export function filledConsumer(given: JsonObject): JsonObject {
  const config: JsonObject = { ...normalForm('consumer', given) };
  fillDefaults(config);
  return config;
}

/** An account may allow less than the default. */
function defaultAckPending(server: JudgedServer): number {
  const most = Number(limitsOf(server)?.maxAckPending ?? 0);
  return most > 0 && most < usualAckPending ? most : usualAckPending;
}

function fillDefaults(config: JsonObject, ackPending = usualAckPending): void {
  const fill = (field: string, value: number, holds: boolean) => {
    if (holds && integer(config, field) === 0n) config[field] = value;
  };
  const policy = text(config, 'ack_policy');
  fill('max_waiting', 512, text(config, 'deliver_subject') === '');
  fill('ack_wait', 30 * second, policy === 'explicit' || policy === 'all');
  fill('max_ack_pending', ackPending, policy !== 'none');
  fill('priority_timeout', 120 * second, config['priority_policy'] === 'pinned_client');
}

/** From 2.12 on negative values are stored as 0. */
function clamp(config: JsonObject, version: string): void {
  if (!isAtLeast(version, 12)) return;
  const fields = 'max_waiting max_batch max_expires max_bytes idle_heartbeat inactive_threshold priority_timeout';
  for (const field of fields.split(' ')) if (integer(config, field) < 0n) config[field] = 0;
}

/** From 2.12 on a durable consumer that is made or changed as such gets that name. */
function nameOfDurable(config: JsonObject, version: string): Override[] {
  const durable = text(config, 'durable_name');
  if (durable === '' || text(config, 'name') === durable || !isAtLeast(version, 12)) return [];
  config['name'] = durable;
  return [{ field: 'name', reason: 'The server takes durable_name for the name.' }];
}

function backoffFirst(config: JsonObject): Override[] {
  const { backoff } = config;
  const first = Array.isArray(backoff) ? backoff[0] : undefined;
  if ((typeof first !== 'number' && typeof first !== 'bigint') || integer(config, 'ack_wait') === BigInt(first))
    return [];
  config['ack_wait'] = first;
  return [{ field: 'ack_wait', reason: 'With a backoff the server takes its first element for ack_wait.' }];
}

/** A consumer is paused and resumed by requests of their own; an update leaves that as it is (2.11+). */
function keepPause(config: JsonObject, live: ConsumerConfig | undefined, version: string): Override[] {
  if (live === undefined || !isAtLeast(version, 11)) return [];
  const paused = normalForm('consumer', live)['pause_until'] ?? null;
  if (config['pause_until'] === paused) return [];
  config['pause_until'] = paused;
  const reason = 'A server does not pause or resume a consumer by an update. Use "nats consumer pause" or "resume".';
  return [{ field: 'pause_until', reason }];
}

function flowControl(config: JsonObject): Override[] {
  if (config['ack_policy'] !== 'flow_control') return [];
  const fixed = { flow_control: true, idle_heartbeat: second };
  return Object.entries(fixed).flatMap(([field, value]) => {
    if (config[field] === value) return [];
    config[field] = value;
    return [{ field, reason: `With ack_policy flow_control the server sets ${field} to ${value}.` }];
  });
}

/** From 2.10 on a stream's limits are the defaults of its consumers. */
function takeStreamLimits(config: JsonObject, { stream, version }: JudgedServer): void {
  const limits = stream === undefined ? undefined : object(stream, 'consumer_limits');
  if (limits === undefined || !isAtLeast(version, 10)) return;
  for (const field of ['max_ack_pending', 'inactive_threshold']) {
    if (integer(config, field) === 0n) config[field] = limits[field] ?? 0;
  }
}
