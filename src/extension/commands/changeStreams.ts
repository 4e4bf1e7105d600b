import { BackupError, JsoncSyntaxError, parseJsonc, type JsonObject, type JsonValue } from '../../engine';
import type { CommandTarget } from '../ids';
import type { Configurations, StreamChangeWish } from '../services/configurations';
import type { StreamChange, StreamChanges } from '../services/streamChanges';
import { checkedStreams, readToken } from './backupOptions';
import type { Command, RowCommand } from './command';
import type { ConfigurationPrompts } from './configurationPrompts';
import type { ContextPrompts } from './contextPrompts';
import { flag, invalidOption, optionalTexts, rawOptions, refuseOthers, requiredText } from './readOptions';

/** The same change to several streams: by one document with the fields to change, and a plan. */
export function changeStreams(
  configurations: Configurations,
  changes: StreamChanges,
  contexts: ContextPrompts,
): Command<'changeStreams'> {
  return {
    run: async (options) => {
      refuseOthers(options, ['context', 'streams', 'change', 'dryRun', 'confirm']);
      const raw = rawOptions(options);
      const streams = checkedStreams(raw);
      if (streams === undefined) throw invalidOption('streams', 'is missing');
      const wish = { context: requiredText(raw, 'context'), streams, change: readChange(raw['change']) };
      const [dryRun, confirmed] = [flag(raw, 'dryRun', false), optionalTexts(raw, 'confirm') ?? []];
      const token = readToken(options);
      const plan = await configurations.planChange(wish, token);
      if (dryRun) {
        return { plan: plan.items.map(({ change }) => change), problems: [], applied: [], failed: [] };
      }
      return await configurations.apply({ context: wish.context, confirmed }, plan, token);
    },
    prompt: async (target, targets) => {
      const context = await contexts.contextToUse(target, 'Change streams of which context?');
      if (context === undefined) return undefined;
      const listed = new Map((await contexts.listStreams(context)).map(({ config }) => [config.name, config]));
      const chosen = await chooseStreams(contexts, context, targets);
      const configs = chosen?.flatMap((name) => listed.get(name) ?? []) ?? [];
      if (configs.length > 0) await changes.begin(context, configs);
      return undefined;
    },
  };
}

/** Plans what a document of {@link changeStreams} says, and lets decide on it. */
export function planChange(changes: StreamChanges, prompts: ConfigurationPrompts): RowCommand {
  return async ({ change }) => {
    const found = change === undefined ? undefined : changes.find(change);
    if (found === undefined) throw new BackupError('internal', 'This change is of an earlier window. Begin it again.');
    await prompts.reviewChange(wishOf(found));
  };
}

async function chooseStreams(
  contexts: ContextPrompts,
  context: string,
  targets: readonly CommandTarget[],
): Promise<string[] | undefined> {
  const marked = targets.flatMap((each) =>
    each.context === context && each.stream !== undefined ? [each.stream] : [],
  );
  if (marked.length > 0) return [...new Set(marked)].sort();
  return await contexts.streams(context, `Change which streams of ${context}?`);
}

function wishOf({ context, streams, document }: StreamChange): StreamChangeWish {
  const text = document.getText();
  let change: JsonValue;
  try {
    change = parseJsonc(text);
  } catch (error) {
    if (!(error instanceof JsoncSyntaxError)) throw error;
    const { line, character } = document.positionAt(error.offset);
    const place = `line ${line + 1}, column ${character + 1}`;
    throw new BackupError('invalidOption', `The change is not JSON (${place}). Mend it, then plan it again.`, {
      cause: error,
    });
  }
  return { context, streams: [...streams], change: readChange(change) };
}

function readChange(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidOption('change', 'must be an object with fields of a stream configuration');
}
