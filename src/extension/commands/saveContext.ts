import { commands, Uri } from 'vscode';
import { BackupError } from '../../engine';
import type { ContextEditor } from '../services/contextEditor';
import type { Contexts } from '../services/contexts';
import type { Notifier } from '../ui/notify';
import type { Command } from './command';
import type { ContextConnection } from './contextConnection';
import { ContextDraft } from './contextDraft';
import { askContext } from './contextForm';
import { readContextOptions } from './contextOptions';
import type { ContextPrompts } from './contextPrompts';

/** What adding and editing a context work with. */
export interface ContextTools {
  contexts: Contexts;
  editor: ContextEditor;
  prompts: ContextPrompts;
  connection: ContextConnection;
  notifier: Notifier;
}

export function addContext({ contexts, editor, connection, notifier }: ContextTools): Command<'addContext'> {
  return {
    run: async (options) => {
      const { name, given } = readContextOptions(options);
      await editor.save(name, given, { mustBeNew: true });
    },
    prompt: async () => {
      const { entries, selected } = await contexts.list();
      const draft = new ContextDraft('');
      if (!(await askContext('Add Context', draft, new Set(entries.map((entry) => entry.name))))) return;
      const { file, kept } = draft.result();
      await editor.save(draft.name, file, { mustBeNew: true, kept });
      // The first context is the one that is meant.
      if (selected === undefined) await editor.select(draft.name);
      offerTest(notifier, connection, draft.name);
    },
  };
}

export function editContext({ contexts, editor, prompts, connection, notifier }: ContextTools): Command<'editContext'> {
  return {
    run: async (options) => {
      const { name, given } = readContextOptions(options);
      await editor.save(name, { ...(await editor.read(name)), ...given });
    },
    prompt: async (target) => {
      const name = await prompts.context(target, 'Edit which context?');
      if (name === undefined) return;
      const entry = (await contexts.list()).entries.find((each) => each.name === name);
      if (entry === undefined) throw new BackupError('contextNotFound', `There is no context "${name}" any more.`);
      if (entry.file === undefined) return void (await commands.executeCommand('vscode.open', Uri.file(entry.path)));
      const draft = new ContextDraft(name, entry.file, await editor.keptSecrets(name));
      if (!(await askContext(`Edit Context ${name}`, draft))) return;
      const { file, kept } = draft.result();
      await editor.save(name, file, { kept });
      offerTest(notifier, connection, name);
    },
  };
}

function offerTest(notifier: Notifier, connection: ContextConnection, name: string): void {
  notifier.info(`Context "${name}" is saved.`, { title: 'Test Connection', run: () => connection.test(name) });
}
