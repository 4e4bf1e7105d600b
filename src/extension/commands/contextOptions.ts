import { emptyContextFile, type ContextFile, type JsonValue } from '../../engine';
import { invalidOption, rawOptions, refuseOthers, requiredText } from './readOptions';

/** Fields of a context file that may be given; `name` is the context's. */
const fields = Object.keys(emptyContextFile);

/**
 * A context's name and the fields that an options object gives. Whether they go together is checked when they are saved.
 *
 * @throws BackupError `invalidOption`
 */
export function readContextOptions(options: object): { name: string; given: ContextFile } {
  const raw = rawOptions(options);
  // "token" is a field here. A cancellation token is not needed, and is refused by its type.
  refuseOthers(options, ['name', ...fields]);
  const name = requiredText(raw, 'name');
  const given: ContextFile = {};
  for (const field of fields) {
    const value = raw[field];
    if (value !== undefined) given[field] = checked(field, value);
  }
  return { name, given };
}

function checked(field: string, value: unknown): JsonValue {
  if (field === 'windows_ca_certs_match') {
    if (value === null || (Array.isArray(value) && value.every((each) => typeof each === 'string'))) return value;
    throw invalidOption(field, 'must be a list of texts');
  }
  const wanted = typeof emptyContextFile[field];
  if (typeof value !== wanted)
    throw invalidOption(field, wanted === 'boolean' ? 'must be true or false' : 'must be a text');
  return value as JsonValue;
}
