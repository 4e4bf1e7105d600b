import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type SchemaObject } from 'ajv';
import { repositoryRoot } from './tools';

export type ConfigurationKind = 'stream' | 'consumer';

/** Keywords that VS Code knows beyond JSON Schema. A misspelt one is an error. */
const vscodeKeywords = [
  'markdownDescription',
  'markdownEnumDescriptions',
  'patternErrorMessage',
  'deprecationMessage',
  'doNotSuggest',
];

/** The schema that the extension contributes. */
export function readSchema(kind: ConfigurationKind): SchemaObject {
  const file = join(repositoryRoot, 'media', 'schemas', `${kind}.schema.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as SchemaObject;
}

/** What the schema says against a configuration: `/path message` each. */
export function schemaProblems(kind: ConfigurationKind, configuration: unknown): string[] {
  const validate = validators[kind]();
  validate(configuration);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const validators = { stream: once(() => compile('stream')), consumer: once(() => compile('consumer')) };

function compile(kind: ConfigurationKind) {
  const ajv = new Ajv({ strictTypes: false, allErrors: true });
  ajv.addVocabulary(vscodeKeywords);
  return ajv.compile(readSchema(kind));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
