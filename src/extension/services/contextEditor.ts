import type { ContextFile } from '../../engine';
import type { Contexts } from './contexts';
import type { KeptSecrets } from './contextSecrets';

/** What to do with a context's secrets that its file does not hold. */
export interface SaveContextOptions {
  mustBeNew?: boolean;
  /** Kept in this VS Code from now on, instead of those that are; what is kept stays where this is left out. */
  kept?: KeptSecrets;
}

/** Changes contexts on disk, with what VS Code keeps beside them. When a change resolves, everybody has heard of it. */
export class ContextEditor {
  constructor(private readonly contexts: Contexts) {}

  /** @throws BackupError as {@link ContextStore.read} */
  read(name: string): Promise<ContextFile> {
    return this.contexts.store.read(name);
  }

  keptSecrets(name: string): Promise<KeptSecrets> {
    return this.contexts.secrets.of(this.contexts.store.path(name));
  }

  /** @throws BackupError as {@link ContextStore.save} */
  async save(name: string, file: ContextFile, { mustBeNew = false, kept }: SaveContextOptions = {}): Promise<void> {
    const { store, secrets } = this.contexts;
    await store.save(name, file, { mustBeNew });
    const path = store.path(name);
    if (kept !== undefined && Object.keys(kept).length > 0) await secrets.save(path, file, kept);
    else if (kept !== undefined || mustBeNew) await secrets.forget(path);
    await this.contexts.reload();
    if (kept !== undefined) this.contexts.announce(name);
  }

  /** @throws BackupError `contextNotFound`, `fileAccess` */
  async remove(name: string): Promise<void> {
    const { store, secrets, consent } = this.contexts;
    const path = store.path(name);
    await store.remove(name);
    await secrets.forget(path);
    await consent.forget(path);
    await this.contexts.reload();
  }

  /** @throws BackupError `contextNotFound`, `fileAccess` */
  async select(name: string): Promise<void> {
    await this.contexts.store.select(name);
    await this.contexts.reload();
  }
}
