import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a context file where the extension under test looks for it. */
export function writeContext(name: string, fields: object): void {
  const config = process.env['XDG_CONFIG_HOME'];
  if (!config) throw new Error('XDG_CONFIG_HOME is not set: tests must not touch the contexts of whoever runs them');
  const folder = join(config, 'nats', 'context');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(fields), { mode: 0o600 });
}
