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

/** Every field of a schema by its path, `outer.inner`, in the order of the schema. */
export function schemaFields(kind: ConfigurationKind): Map<string, SchemaObject> {
  const schema = readSchema(kind);
  const definitions = schema.definitions as Record<string, SchemaObject>;
  const resolved = (part: SchemaObject): SchemaObject => {
    const definition = definitions[String(part.$ref).replace('#/definitions/', '')];
    return part.$ref === undefined ? part : { ...definition, ...part };
  };
  const fields = new Map<string, SchemaObject>();
  const visit = (part: SchemaObject, prefix: string): void => {
    const items = part.items === undefined ? part : resolved(part.items as SchemaObject);
    for (const [name, field] of Object.entries((items.properties ?? {}) as Record<string, SchemaObject>)) {
      fields.set(`${prefix}${name}`, resolved(field));
      visit(resolved(field), `${prefix}${name}.`);
    }
  };
  visit(resolved(schema.then as SchemaObject), '');
  return fields;
}

/** Whether a description says that nats-server 2.minor knows what it describes. */
export function isKnownTo(minor: number, description: string): boolean {
  const since = Number(/Server 2\.(\d+) and later\.$/.exec(description)?.[1] ?? 9);
  const until = Number(/Servers up to 2\.(\d+)\.$/.exec(description)?.[1] ?? Infinity);
  return minor >= since && minor <= until;
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
