import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} TestOptions
 * @property {boolean} unit
 * @property {boolean} server
 * @property {boolean} host inside VS Code, and clicks
 * @property {string | undefined} vsix an absolute path; tested instead of this folder
 * @property {string | undefined} grep runs only tests whose title holds this
 */

/**
 * Without --unit, --server and --host all three speeds run. Throws for what cannot be.
 * @param {string[]} args
 * @returns {TestOptions}
 */
export function testOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      unit: { type: 'boolean', default: false },
      server: { type: 'boolean', default: false },
      host: { type: 'boolean', default: false },
      vsix: { type: 'string' },
      grep: { type: 'string' },
    },
  });
  const all = !values.unit && !values.server && !values.host;
  const vsix = values.vsix === undefined ? undefined : resolve(values.vsix);
  if (vsix !== undefined && !existsSync(vsix)) throw new Error(`--vsix: ${vsix} does not exist`);
  return {
    unit: values.unit || all,
    server: values.server || all,
    host: values.host || all,
    vsix,
    grep: values.grep,
  };
}
