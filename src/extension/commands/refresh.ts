import type { RefreshRequests } from '../services/refreshRequests';
import type { Command } from './command';
import { invalidOption, optionalText, rawOptions, refuseOthers } from './readOptions';

/** Reads the servers and the disk again: one stream, one context, or everything. */
export function refresh(requests: RefreshRequests): Command<'refresh'> {
  const request = (context: string | undefined, stream: string | undefined) => {
    requests.request({ ...(context === undefined ? {} : { context }), ...(stream === undefined ? {} : { stream }) });
    return Promise.resolve();
  };
  return {
    run: (options) => {
      refuseOthers(options, ['context', 'stream']);
      const raw = rawOptions(options);
      const context = optionalText(raw, 'context');
      const stream = optionalText(raw, 'stream');
      if (stream !== undefined && context === undefined) throw invalidOption('context', 'is missing beside "stream"');
      return request(context, stream);
    },
    prompt: (target) => request(target?.context, target?.stream),
  };
}
