import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes context files as the `nats` command line does.
 *
 * @param config what `XDG_CONFIG_HOME` names
 * @param contexts fields by name; a text is written as it is, damaged or not
 */
export function writeContextFiles(config: string, contexts: Record<string, object | string>): void {
  const folder = join(config, 'nats', 'context');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, fields] of Object.entries(contexts)) {
    const text = typeof fields === 'string' ? fields : JSON.stringify(fields);
    writeFileSync(join(folder, `${name}.json`), text, { mode: 0o600 });
  }
}
