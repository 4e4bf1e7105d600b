import type { JsonObject, StreamConfig } from '../model';

/** Fields of a stream's configuration by the minor version of nats-server 2 that first knew them. */
const newFields: [minor: number, fields: string[]][] = [
  [10, ['compression', 'consumer_limits', 'first_seq', 'metadata', 'subject_transform']],
  [11, ['allow_msg_ttl', 'subject_delete_marker_ttl']],
  [12, ['allow_atomic', 'allow_msg_counter', 'allow_msg_schedules', 'persist_mode']],
  [14, ['allow_batched']],
];

/** Known up to 2.12. */
const droppedFields: [minor: number, fields: string[]][] = [[14, ['template_owner']]];

/**
 * The configuration without what the server does not know: from 2.12 on it refuses such a request, older ones drop the
 * field in silence. Both lists are returned so that a person hears of it.
 *
 * @param minor of the server's version 2.minor
 */
export function knownToServer(config: StreamConfig, minor: number): { config: StreamConfig; dropped: string[] } {
  const unknown = new Set([
    ...newFields.flatMap(([since, fields]) => (minor < since ? fields : [])),
    ...droppedFields.flatMap(([until, fields]) => (minor >= until ? fields : [])),
  ]);
  const kept: JsonObject = {};
  const dropped: string[] = [];
  for (const [field, value] of Object.entries(config)) {
    if (!unknown.has(field)) kept[field] = value;
    else if (isSet(value)) dropped.push(field);
  }
  return { config: kept as StreamConfig, dropped };
}

/** A default value is not worth a word. */
function isSet(value: JsonObject[string]): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '' || value === 'none')
    return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
