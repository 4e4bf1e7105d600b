import { EventEmitter, type Memento, type SecretStorage, type SecretStorageChangeEvent } from 'vscode';

/** A workspace's memory, kept for as long as the test. */
export function newMemento(): Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  } as Memento;
}

/** Secrets, kept for as long as the test. */
export function newSecrets(): SecretStorage {
  const values = new Map<string, string>();
  return {
    keys: () => Promise.resolve([...values.keys()]),
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => Promise.resolve(void values.set(key, value)),
    delete: (key) => Promise.resolve(void values.delete(key)),
    onDidChange: new EventEmitter<SecretStorageChangeEvent>().event,
  } as SecretStorage;
}
