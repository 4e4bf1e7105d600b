import type { Log } from '../ui/log';
import type { Command } from './command';

export function showLog(log: Log): Command<'showLog'> {
  const show = () => Promise.resolve(log.show());
  return { run: show, prompt: show };
}
