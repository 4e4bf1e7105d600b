import { commands } from 'vscode';
import { commandId } from '../ids';
import { pickOne, type Choice } from '../ui/ask';
import { countOf } from '../ui/format';
import type { ConfigurationPrompts } from './configurationPrompts';
import type { ContextPrompts } from './contextPrompts';

/** What a person wants with streams of a backup that the server has already. */
export interface ExistingChoice {
  missing: string[];
  existing: string[];
  /** The configuration of those that exist is brought to the backup's; otherwise they are left as they are. */
  update: boolean;
}

/** What a person is asked about streams that exist, before a restore. */
export class ExistingStreams {
  constructor(
    private readonly contexts: ContextPrompts,
    private readonly configurations: ConfigurationPrompts,
  ) {}

  /**
   * Asks only where some of the streams exist. Undefined where the person gave up, or wants to see the differences
   * before anything is restored.
   */
  async choose(context: string, source: string, streams: readonly string[]): Promise<ExistingChoice | undefined> {
    const listed = new Set((await this.contexts.listStreams(context)).map(({ config }) => config.name));
    const existing = streams.filter((name) => listed.has(name));
    const missing = streams.filter((name) => !listed.has(name));
    if (existing.length === 0) return { missing, existing, update: false };
    const answer = await pickOne('Restore', questionOf(context, existing), choicesOf(existing, missing));
    if (answer === 'compare') {
      await commands.executeCommand(commandId('compareWithLive'), { context, source, streams: existing });
      return undefined;
    }
    return answer === undefined ? undefined : { missing, existing, update: answer === 'update' };
  }

  /** Plans, shows and, where it is decided so, applies the backup's configuration to streams that exist. */
  async update(context: string, source: string, streams: string[]): Promise<undefined> {
    await this.configurations.review({ context, source, streams, updateStreams: true, confirmed: [] });
  }
}

function questionOf(context: string, existing: readonly string[]): string {
  const [first, ...others] = existing;
  const verb = others.length === 0 ? 'exists' : 'exist';
  return `${others.length === 0 ? first : `${first} and ${countOf(others.length, 'other')}`} already ${verb} in ${context}`;
}

type Answer = 'leave' | 'update' | 'compare';

function choicesOf(existing: readonly string[], missing: readonly string[]): Choice<Answer>[] {
  const leave: Choice<Answer> = {
    label: existing.length === 1 ? 'Leave it as it is' : 'Leave them as they are',
    detail: `Only what is missing is restored: ${countOf(missing.length, 'stream')}.`,
    value: 'leave',
  };
  const update: Choice<Answer> = {
    label: 'Update the configuration only',
    detail: 'A plan shows what would change. Messages stay as they are.',
    value: 'update',
  };
  const compare: Choice<Answer> = {
    label: 'Compare with live first',
    detail: 'Shows how the configuration differs. Nothing is restored.',
    value: 'compare',
  };
  return missing.length === 0 ? [update, compare] : [leave, update, compare];
}
