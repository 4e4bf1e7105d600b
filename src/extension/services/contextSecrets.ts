import type { SecretStorage } from 'vscode';
import { BackupError, type ContextFile } from '../../engine';

/** The fields of a context that may be kept here instead of in its file. */
export const secretFields = ['password', 'token', 'user_seed'] as const;

export type KeptSecrets = Partial<Record<(typeof secretFields)[number], string>>;

/** What is stored: the secrets, and what the file said when they were given. */
interface Kept {
  of: string;
  secrets: KeptSecrets;
}

/**
 * Secrets of contexts that are kept in this VS Code only (its SecretStorage) and not in the context's file. They belong
 * to the addresses and the user that they were typed for: a file that was changed since does not get them.
 */
export class ContextSecrets {
  constructor(private readonly storage: SecretStorage) {}

  async save(path: string, file: ContextFile, secrets: KeptSecrets): Promise<void> {
    const kept: Kept = { of: identityOf(file), secrets };
    await this.storage.store(keyOf(path), JSON.stringify(kept));
  }

  async forget(path: string): Promise<void> {
    await this.storage.delete(keyOf(path));
  }

  /** What is kept here for a context. */
  async of(path: string): Promise<KeptSecrets> {
    return (await this.read(path))?.secrets ?? {};
  }

  /**
   * The context's file with the secrets that are kept here filled in. What the file itself holds comes first.
   *
   * @throws BackupError `invalidContext` where the file is no longer the one that they were typed for
   */
  async complete(name: string, path: string, file: ContextFile): Promise<ContextFile> {
    const kept = await this.read(path);
    if (kept === undefined) return file;
    const missing = secretFields.filter((field) => kept.secrets[field] !== undefined && !file[field]);
    if (missing.length === 0) return file;
    if (kept.of !== identityOf(file)) {
      const message = `The file of context "${name}" was changed after its ${missing.join(', ')} was typed into VS Code.`;
      throw new BackupError('invalidContext', `${message} Edit the context and type it again.`);
    }
    return { ...file, ...Object.fromEntries(missing.map((field) => [field, kept.secrets[field]])) };
  }

  private async read(path: string): Promise<Kept | undefined> {
    const text = await this.storage.get(keyOf(path));
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }
}

function keyOf(path: string): string {
  return `context:${path}`;
}

/** Who the secrets are for: the servers, the way to them, and the user. */
function identityOf(file: ContextFile): string {
  const { url, user, user_jwt, creds, nkey, nsc, ca, tls_first } = file;
  return JSON.stringify([url, user, user_jwt, creds, nkey, nsc, ca, tls_first].map((each) => each || ''));
}
