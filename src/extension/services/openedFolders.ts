import { EventEmitter, type Disposable, type Event, type Memento } from 'vscode';

const key = 'jetstream.openedBackupFolders';

/** Folders that the user opened in the Backups view. They belong to the workspace and are there again next time. */
export class OpenedFolders implements Disposable {
  private readonly emitter = new EventEmitter<void>();
  readonly onDidChange: Event<void> = this.emitter.event;

  constructor(private readonly memory: Memento) {}

  /** Absolute paths, in the order in which they were opened. */
  get paths(): readonly string[] {
    return this.memory.get<string[]>(key, []);
  }

  async add(path: string): Promise<void> {
    if (this.paths.includes(path)) return;
    await this.memory.update(key, [...this.paths, path]);
    this.emitter.fire();
  }

  /** Takes a folder off the list; nothing on the disk is touched. */
  async remove(path: string): Promise<void> {
    await this.memory.update(
      key,
      this.paths.filter((each) => each !== path),
    );
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
