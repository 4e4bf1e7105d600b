import type { RefreshRequests } from '../services/refreshRequests';
import type { Command } from './command';
import { optionalText, rawOptions, refuseOthers } from './readOptions';

/** Reads the servers and the disk again: one context, or everything. */
export function refresh(requests: RefreshRequests): Command<'refresh'> {
  const request = (context: string | undefined) => {
    requests.request(context === undefined ? {} : { context });
    return Promise.resolve();
  };
  return {
    run: (options) => {
      refuseOthers(options, ['context']);
      return request(optionalText(rawOptions(options), 'context'));
    },
    prompt: (target) => request(target?.context),
  };
}
