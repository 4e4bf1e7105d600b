// node scripts/check-vsix.mjs FILE: the package that users get is small and holds what it should, all of it and no more.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from './tools/say.mjs';
import { namesInZip } from './tools/unzip.mjs';

const maximumBytes = 1_000_000;

/** As vsce names them. Of media/ everything that is in the repository belongs in. */
const files = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.js',
  'extension/dist/worker.js',
];

/** @returns {string[]} */
function mediaFiles() {
  const folder = fileURLToPath(new URL('../media', import.meta.url));
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const below = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return below.map((name) => `extension/media/${name.replaceAll('\\', '/')}`);
}

/**
 * @param {Buffer} vsix
 * @returns {string[]} what is wrong
 */
function problemsOf(vsix) {
  const expected = new Set([...files, ...mediaFiles()]);
  const found = new Set(namesInZip(vsix));
  const problems = [];
  if (vsix.length >= maximumBytes) problems.push(`${vsix.length} bytes; less than ${maximumBytes} are allowed`);
  for (const name of found) if (!expected.has(name)) problems.push(`${name} does not belong in it`);
  for (const name of expected) if (!found.has(name)) problems.push(`${name} is missing`);
  return problems;
}

const path = process.argv[2];
try {
  if (path === undefined) throw new Error('usage: node scripts/check-vsix.mjs FILE');
  const vsix = readFileSync(path);
  const problems = problemsOf(vsix);
  for (const problem of problems) console.error(`${path}: ${problem}`);
  console.log(`${path}: ${(vsix.length / 1000).toFixed(1)} kB, ${namesInZip(vsix).length} files`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
