import { readFileSync } from 'node:fs';
import type { ConfigurationKind } from '../../../src/engine/configurationResults';
import { isBackupError } from '../../../src/engine/errors';
import { apiRequest } from '../../../src/engine/nats/apiRequest';
import type { ServerConnection } from '../../../src/engine/nats/serverConnection';
import { inParallel } from '../../../src/engine/util/inParallel';
import { natsServerPath } from '../tools';

/** Members of the request itself, which stand beside those of a stream's configuration. */
const requestFields = new Set(['pedantic']);

/** No field of a configuration has this type. */
const impossible = [[[]]];

/**
 * The fields of a configuration that a running server knows, found without a table of ours: every name that the program
 * gives to some member of JSON is sent, and the server tells the known ones by refusing their type.
 */
export async function fieldsKnownTo(
  connection: ServerConnection,
  version: string,
  kind: ConfigurationKind,
): Promise<string[]> {
  const names = namesInProgram(version).filter((name) => !requestFields.has(name));
  const known = await inParallel(names, 32, async (name) => ((await isKnown(connection, kind, name)) ? [name] : []));
  return known.flat().sort();
}

/** The names in all `json:"…"` tags of the program. */
function namesInProgram(version: string): string[] {
  const program = readFileSync(natsServerPath(version), 'latin1');
  return [...new Set([...program.matchAll(/json:"([a-z][a-z0-9_]*)/g)].map(([, name]) => name ?? ''))];
}

/** The name or stream in the request is not that of the subject, so that nothing is made where the field is not known. */
async function isKnown(connection: ServerConnection, kind: ConfigurationKind, field: string): Promise<boolean> {
  const probe =
    kind === 'stream'
      ? apiRequest(connection, 'STREAM.CREATE.PROBE', 'Probing', { name: 'OTHER', [field]: impossible })
      : apiRequest(connection, 'CONSUMER.CREATE.PROBE', 'Probing', {
          stream_name: 'OTHER',
          config: { [field]: impossible },
        });
  const text = await probe.then(
    () => 'taken',
    (error: unknown) => (isBackupError(error) && error.serverCode === 10025 ? error.message : 'other'),
  );
  // A server with strict requests refuses an unknown field too, and says so.
  return text !== 'taken' && text !== 'other' && !text.includes('unknown field');
}
