import { parseArgs } from 'node:util';
import versions from '../versions.json' with { type: 'json' };

/**
 * @typedef {object} BenchOptions
 * @property {number} megabytes of the stream's bodies
 * @property {number} messageSize bytes of one body
 * @property {number} runs
 * @property {string[]} servers versions
 */

/**
 * Throws for what cannot be.
 * @param {string[]} args
 * @returns {BenchOptions}
 */
export function benchOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      size: { type: 'string', default: '1024' },
      'message-size': { type: 'string', default: '1024' },
      runs: { type: 'string', default: '3' },
      server: { type: 'string', multiple: true },
    },
  });
  return {
    megabytes: wholeNumber('--size', values.size),
    messageSize: wholeNumber('--message-size', values['message-size']),
    runs: wholeNumber('--runs', values.runs),
    servers: values.server ?? versions.natsServer.slice(1),
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function wholeNumber(name, text) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${name} ${text}: a whole number from 1 is needed`);
  return number;
}
