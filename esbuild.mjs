// Bundles the extension and its worker. With --boundaries it bundles the engine alone with nothing external but Node's
// own modules: an import of vscode below src/engine, in any run-time form, then fails to resolve.
import { build, context } from 'esbuild';
import { rm } from 'node:fs/promises';

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  // The oldest VS Code of engines.vscode runs extensions on Node 20.
  target: 'node20',
  format: 'cjs',
  // Prefer ES modules: they tree-shake, and WASM helpers inline instead of looking for native builds.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
};

/** @type {import('esbuild').BuildOptions} */
const extension = {
  ...shared,
  entryPoints: ['src/extension/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
};

/** @type {import('esbuild').BuildOptions} */
const worker = { ...shared, entryPoints: ['src/engine/worker.ts'], outfile: 'dist/worker.js' };

if (flags.has('--boundaries')) {
  await build({
    ...shared,
    entryPoints: ['src/engine/index.ts', 'src/engine/worker.ts'],
    write: false,
    outdir: 'dist',
  });
  console.log('boundaries: the engine bundles without vscode');
} else if (flags.has('--watch')) {
  const contexts = await Promise.all([extension, worker].map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await rm('dist', { recursive: true, force: true });
  await Promise.all([build(extension), build(worker)]);
}
