import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './tools';

/**
 * Loads a module of scripts/ by its path there; `T` is its `typeof import`. Those are ES modules, while the tests are
 * compiled to CommonJS.
 */
export async function scriptModule<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(repositoryRoot, 'scripts', path)).href)) as T;
}
