import { createHash } from 'node:crypto';
import type { JsonObject } from '../model';
import { ConfigurationError } from './configurationError';
import { isObject } from './differences';
import { parseJsonText, type JsonText } from './jsonText';

/** What is inside an envelope. A consumer's says of which stream it is. */
export type Opened = { kind: 'stream'; config: JsonObject } | { kind: 'consumer'; stream: string; config: JsonObject };

/** Whether a JSON object is what `nats backup` wrote until 2022 around each configuration. */
export function isEnvelope({ type, configuration }: JsonObject): boolean {
  return typeof type === 'string' && typeof configuration === 'string';
}

/**
 * Opens an envelope: checksum, then base64, then JSON.
 *
 * @throws ConfigurationError `archiveDamaged`, `notSupported` for a template, `notABackup`
 */
export function openEnvelope({ value, lineOf }: JsonText, file: string): Opened {
  const { type, checksum } = value;
  const bytes = Buffer.from(value['configuration'] as string, 'base64');
  const found = createHash('sha256').update(bytes).digest('hex');
  if (typeof checksum !== 'string' || checksum.toLowerCase() !== found) {
    const what =
      'does not hold the configuration that its checksum is of: it was changed or damaged. Use another backup.';
    throw new ConfigurationError('archiveDamaged', file, what, lineOf(['checksum']) ?? lineOf(['configuration']));
  }
  const inner = parseJsonText(bytes.toString(), `${file} (inside its envelope)`).value;
  if (type === 'stream') return { kind: 'stream', config: ownedByNone(inner, file) };
  if (type === 'consumer') return consumerIn(inner, file);
  if (type === 'stream_template') {
    const { name } = inner;
    const what =
      `is the stream template ${JSON.stringify(name ?? '')}. No server of today knows templates; create the streams ` +
      `that it made one by one.`;
    throw new ConfigurationError('notSupported', file, what, lineOf(['type']));
  }
  const what = `holds something of the type ${JSON.stringify(type)}, neither a stream nor a consumer.`;
  throw new ConfigurationError('notABackup', file, what, lineOf(['type']));
}

/** The command line that wrote these did not restore streams of a template either. */
function ownedByNone(config: JsonObject, file: string): JsonObject {
  const { name, template_owner: template } = config;
  if (typeof template !== 'string' || template === '') return config;
  const what =
    `is stream ${JSON.stringify(name ?? '')} of the template ${JSON.stringify(template)}, which no server of today ` +
    `knows. Create the stream without it.`;
  throw new ConfigurationError('notSupported', file, what);
}

function consumerIn(inner: JsonObject, file: string): Opened {
  const { stream, config, name } = inner;
  if (typeof stream !== 'string' || !isObject(config)) {
    throw new ConfigurationError('notABackup', file, 'holds a consumer without its stream or its configuration.');
  }
  const named = config['durable_name'] ?? config['name'] ?? name;
  return { kind: 'consumer', stream, config: { ...config, durable_name: named } };
}
