// Rules, and who may import whom. The arrows are those of ARCHITECTURE.md.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only, so that one thing has one name everywhere.',
};
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a string union or a const object.' };

/** One folder's restriction: `patterns` are import paths it may not use, each with the reason. */
function forbid(files, patterns, ignores = []) {
  return { files, ignores, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const vscode = { regex: '^vscode$', message: 'vscode is imported only under src/extension.' };
const nats = { regex: '^nats$', message: 'The nats package is imported only under src/engine/nats.' };
const upToJobs = { regex: '(^|/)(jobs|worker)(/|$)', message: 'Only jobs joins the parts of the engine.' };
const room = (...names) => ({
  regex: `^\\.\\./(${names.join('|')})(/|$)`,
  message: 'The rooms of the engine do not know each other; jobs joins them.',
});
const files = { regex: '^(node:)?fs(/promises)?$', message: 'Files are opened only in backupSet and contexts.' };
const engineInside = {
  regex: '/engine/(?!index$)',
  message: 'The only door to the engine is engine/index.',
};
const layers = (...names) => ({
  regex: `^\\.\\.?/(\\.\\./)*(${names.join('|')})(/|$)`,
  message: 'Against the arrows of ARCHITECTURE.md.',
});

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      'no-restricted-syntax': ['error', noDefaultExport, noEnum],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', require: 'readonly', module: 'writable' },
    },
  },
  { files: ['test/**/*.ts'], rules: { 'no-console': 'off' } },
  forbid(['src/engine/*.ts', 'src/engine/util/**'], [vscode, nats]),
  forbid(['src/engine/jobs/**'], [vscode, nats]),
  forbid(['src/engine/archive/**'], [vscode, nats, files, upToJobs, room('nats', 'backupSet', 'config', 'contexts')]),
  forbid(['src/engine/backupSet/**'], [vscode, nats, upToJobs, room('nats', 'archive', 'contexts')]),
  forbid(['src/engine/config/**'], [vscode, nats, files, upToJobs, room('nats', 'archive', 'backupSet', 'contexts')]),
  forbid(['src/engine/contexts/**'], [vscode, nats, upToJobs, room('nats', 'archive', 'backupSet', 'config')]),
  forbid(['src/engine/nats/**'], [vscode, files, upToJobs, room('archive', 'backupSet', 'config', 'contexts')]),
  forbid(['src/extension/*.ts'], [nats, engineInside]),
  forbid(['src/extension/commands/**'], [nats, engineInside, layers('views', 'editors')]),
  forbid(['src/extension/views/**'], [nats, engineInside, layers('commands', 'editors')]),
  forbid(['src/extension/editors/**'], [nats, engineInside, layers('commands', 'views')]),
  forbid(['src/extension/services/**'], [nats, engineInside, layers('commands', 'views', 'editors')]),
  forbid(['src/extension/ui/**'], [nats, engineInside, layers('commands', 'views', 'editors', 'services')]),
  {
    // Test code may use the nats package to make and to read data the way a user's own program would.
    files: ['test/unit/**', 'test/server/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [vscode] }] },
  },
);
