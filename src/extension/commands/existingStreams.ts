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

  /** Asks only where some of the streams exist; undefined where the person gave up. */
  async choose(context: string, streams: readonly string[]): Promise<ExistingChoice | undefined> {
    const listed = new Set((await this.contexts.listStreams(context)).map(({ config }) => config.name));
    const existing = streams.filter((name) => listed.has(name));
    const missing = streams.filter((name) => !listed.has(name));
    if (existing.length === 0) return { missing, existing, update: false };
    const update = await pickOne('Restore', questionOf(context, existing), choicesOf(existing, missing));
    return update === undefined ? undefined : { missing, existing, update };
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

function choicesOf(existing: readonly string[], missing: readonly string[]): Choice<boolean>[] {
  const those = existing.length === 1 ? 'it' : 'them';
  const leave: Choice<boolean> = {
    label: `Leave ${those} as ${existing.length === 1 ? 'it is' : 'they are'}`,
    detail: `Only ${countOf(missing.length, 'stream')} that ${missing.length === 1 ? 'is' : 'are'} missing will be restored.`,
    value: false,
  };
  const update: Choice<boolean> = {
    label: 'Update the configuration only',
    detail: 'A plan shows what would change. Messages stay as they are.',
    value: true,
  };
  return missing.length === 0 ? [update] : [leave, update];
}
