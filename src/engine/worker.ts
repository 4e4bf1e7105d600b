/** Entry of dist/worker.js: runs transfers and checks off the extension host's thread, each on a connection of its own. */
import { parentPort } from 'node:worker_threads';
import { toPlainError } from './errors';
import { runTransfer } from './jobs/runTransfer';
import type { FromWorker, ToWorker } from './jobs/workerProtocol';

const port = parentPort;
if (port === null) throw new Error('worker.js runs as a worker thread of the extension');

const running = new Map<number, AbortController>();
const send = (message: FromWorker) => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  if (message.type === 'abort') {
    running.get(message.id)?.abort();
    return;
  }
  const { id, task } = message;
  const abort = new AbortController();
  running.set(id, abort);
  runTransfer(task, (progress) => send({ type: 'progress', id, progress }), abort.signal)
    .then((result) => send({ type: 'done', id, result }))
    .catch((error: unknown) => send({ type: 'failed', id, error: toPlainError(error) }))
    .finally(() => running.delete(id));
});
