import type { Disposable } from 'vscode';

/** Owns what it is given. What arrives after its own end is disposed at once. */
export class Disposables implements Disposable {
  private readonly items: Disposable[] = [];
  private ended = false;

  add<T extends Disposable>(item: T): T {
    if (this.ended) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Last in, first out, as later ones may use earlier ones. */
  dispose(): void {
    this.ended = true;
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
