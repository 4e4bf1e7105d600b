import type { Connections } from '../services/connections';
import type { Contexts } from '../services/contexts';
import { confirm } from '../ui/ask';
import { describeAccount } from '../ui/describe';
import type { Notifier } from '../ui/notify';

/** What a server without a name calls itself: its public key, which says nothing to anybody. */
const serverIdentity = /^N[A-Z2-7]{55}$/;

/** What people are asked and told about the connections of contexts. */
export class ContextConnection {
  constructor(
    private readonly contexts: Contexts,
    private readonly connections: Connections,
    private readonly notifier: Notifier,
  ) {}

  /**
   * Asks whether a context may run the programs that it names, unless it names none or was allowed before.
   *
   * @returns whether it may connect
   */
  async allowPrograms(context: string): Promise<boolean> {
    const programs = await this.contexts.programsToAllow(context);
    if (programs.length === 0) return true;
    const question = `May context "${context}" run ${programs.length === 1 ? 'a program' : 'programs'} to read its credentials?`;
    const detail = `${programs.join('\n')}\n\nThis is asked once, and again when the context asks for something else.`;
    if (!(await confirm(question, detail, 'Allow'))) return false;
    await this.contexts.consent.allow(this.contexts.store.path(context), programs);
    return true;
  }

  /** Connects and says what was found, or why it cannot be. */
  async test(context: string): Promise<void> {
    try {
      if (!(await this.allowPrograms(context))) return;
      const found = await this.connections.use(context, async (api) => {
        const { version, serverName } = api.connection.info;
        const name = serverIdentity.test(serverName) ? '' : ` (${serverName})`;
        return `nats-server ${version}${name}, ${describeAccount(await api.accountInfo())}`;
      });
      this.notifier.info(`Context "${context}" works: ${found}.`);
    } catch (error) {
      this.notifier.error(`testing context ${context}`, error, { title: 'Retry', run: () => this.test(context) });
    }
  }
}
