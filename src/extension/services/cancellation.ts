import type { CancellationToken } from 'vscode';

/** VS Code's token as the engine's signal. The listener goes with the token's source. */
export function signalOf(token: CancellationToken | undefined): AbortSignal {
  const controller = new AbortController();
  if (token?.isCancellationRequested) controller.abort();
  else token?.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
