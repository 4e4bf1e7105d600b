/** A process of its own for the engine: it does what {@link EngineProcess} asks for, and tells its memory meanwhile. */
import { verifyBackup } from '../../src/engine/jobs/verify';
import { finishRun, runBackup, runRestore } from './engineRun';
import type { EngineOrder, EngineReport } from './engineProcess';

const send = (report: EngineReport) => process.send?.(report);

process.on('message', (order: EngineOrder) => {
  perform(order)
    .then((result) => send({ kind: 'result', result }))
    .catch((error: Error) => send({ kind: 'failed', error: error.stack ?? error.message }));
});
process.on('disconnect', () => process.exit());
setInterval(() => send({ kind: 'memory', bytes: process.memoryUsage.rss() }), 20);

async function perform(order: EngineOrder): Promise<unknown> {
  switch (order.verb) {
    case 'backup':
      return (await runBackup(order.request)).result;
    case 'verify':
      return (await finishRun(verifyBackup(order.request, new AbortController().signal))).result;
    case 'restore':
      return (await runRestore(order.request)).result;
  }
}
