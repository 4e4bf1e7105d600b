import { writeContextFiles } from './contextFiles';

/** Writes a context file where the extension under test looks for it. */
export function writeContext(name: string, fields: object): void {
  const config = process.env['XDG_CONFIG_HOME'];
  if (!config) throw new Error('XDG_CONFIG_HOME is not set: tests must not touch the contexts of whoever runs them');
  writeContextFiles(config, { [name]: fields });
}
