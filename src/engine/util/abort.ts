import { BackupError } from '../errors';

/** @throws BackupError `cancelled` once the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new BackupError('cancelled', `${what} was cancelled.`);
}

/** Calls `listener` once, on abort or at once if that has happened; the returned function takes it off. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
